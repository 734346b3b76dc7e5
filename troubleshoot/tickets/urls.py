from django.urls import path

from troubleshoot.tickets import views

urlpatterns = [
    path("scrivi/<slug:flow_id>/", views.write, name="write"),
    path("scrivi/<slug:flow_id>/<slug:desk_id>/", views.write, name="write_to"),
]
