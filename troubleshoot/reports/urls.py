from django.urls import path

from troubleshoot.reports import phone_views, reach_views, views

urlpatterns = [
    path("rapporto/<slug:flow_id>/<slug:step_id>/", views.brought_report, name="brought_report"),
    path("telefono/<slug:flow_id>/<slug:step_id>/", phone_views.on_the_pc, name="phone_on_the_pc"),
    path("t/<str:code>/", phone_views.on_the_phone, name="on_the_phone"),
    path("siti/", reach_views.sites, name="reach"),
]
