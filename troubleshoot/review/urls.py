from django.urls import path

from troubleshoot.review import views

urlpatterns = [
    path("", views.review_home, name="review_home"),
    path("avvisi/", views.notice_list, name="notice_list"),
    path("avvisi/<int:notice_id>/cambia/", views.change_notice, name="change_notice"),
    path("avvisi/<int:notice_id>/fine/", views.end_notice, name="end_notice"),
    path("mappa/<slug:flow_id>/", views.flow_map, name="flow_map"),
    path("mappa/<slug:flow_id>/<slug:step_id>/sospendi/", views.suspend_step, name="suspend_step"),
]
