from django.urls import path

from troubleshoot.flows import views

urlpatterns = [
    path("", views.start, name="start"),
    path("guida/<slug:flow_id>/", views.flow_start, name="flow_start"),
    path("guida/<slug:flow_id>/<slug:step_id>/", views.step, name="step"),
    path("continua/<slug:flow_id>/<slug:step_id>/", views.on_other_screen, name="on_other_screen"),
    path("stampa/<slug:flow_id>/<slug:step_id>/", views.printable, name="printable"),
    path("v/<slug:code>", views.open_short, name="open_short"),
]
