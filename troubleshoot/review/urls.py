from django.urls import path

from troubleshoot.review import ticket_views, views

urlpatterns = [
    path("", views.review_home, name="review_home"),
    path("richieste/", ticket_views.ticket_list, name="ticket_list"),
    path("richieste/<reference:reference>/", ticket_views.review_ticket, name="review_ticket"),
    path("richieste/<reference:reference>/testo/", ticket_views.review_ticket_text, name="review_ticket_text"),
    path(
        "richieste/<reference:reference>/immagini/<int:picture_id>/", ticket_views.review_picture, name="review_picture"
    ),
    path("avvisi/", views.notice_list, name="notice_list"),
    path("avvisi/<int:notice_id>/cambia/", views.change_notice, name="change_notice"),
    path("avvisi/<int:notice_id>/fine/", views.end_notice, name="end_notice"),
    path("mappa/<slug:flow_id>/", views.flow_map, name="flow_map"),
    path("mappa/<slug:flow_id>/<slug:step_id>/sospendi/", views.suspend_step, name="suspend_step"),
]
