from django.urls import path

from troubleshoot.reports import views

urlpatterns = [path("rapporto/<slug:flow_id>/<slug:step_id>/", views.brought_report, name="brought_report")]
