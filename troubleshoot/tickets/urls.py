from django.urls import path

from troubleshoot.tickets import views

urlpatterns = [path("scrivi/<slug:flow_id>/", views.write, name="write")]
