from django.urls import path

from troubleshoot.flows import text_views, views

urlpatterns = [
    path("", views.start, name="start"),
    path("guida/<slug:flow_id>/", views.flow_start, name="flow_start"),
    path("guida/<slug:flow_id>/<slug:step_id>/", views.step, name="step"),
    path("continua/<slug:flow_id>/<slug:step_id>/", views.on_other_screen, name="on_other_screen"),
    path("stampa/<slug:flow_id>/<slug:step_id>/", views.printable, name="printable"),
    path("testi/", text_views.text_list, name="text_list"),
    path("testi/<slug:error_id>/", text_views.error_text, name="error_text"),
    path("v/<slug:code>", views.open_short, name="open_short"),
]
