from django.urls import path

from troubleshoot.review import bulk_views, list_views, office_views, people_views, phone_views, ticket_views, views

_TICKET = "richieste/<reference:reference>/"

urlpatterns = [
    path("", views.review_home, name="review_home"),
    path("richieste/", list_views.ticket_list, name="ticket_list"),
    path("richieste/csv/", list_views.ticket_csv, name="ticket_csv"),
    path("richieste/nuova/", phone_views.enter_ticket, name="enter_ticket"),
    path("richieste/insieme/", bulk_views.answer_many, name="answer_many"),
    path("richieste/insieme/<slug:batch>/annulla/", ticket_views.call_back_batch, name="call_back_batch"),
    path("filtri/", list_views.save_filter, name="save_filter"),
    path("filtri/<int:filter_id>/togli/", list_views.drop_filter, name="drop_filter"),
    path(_TICKET, ticket_views.review_ticket, name="review_ticket"),
    path(f"{_TICKET}fai/<slug:act_name>/", ticket_views.review_ticket, name="review_act"),
    path(f"{_TICKET}fai/<slug:act_name>/bozza/", ticket_views.drop_draft, name="drop_draft"),
    path(f"{_TICKET}annulla/", ticket_views.call_back, name="call_back"),
    path(f"{_TICKET}prendi/", ticket_views.take_ticket, name="take_ticket"),
    path(f"{_TICKET}riprendi/", ticket_views.take_back, name="take_back"),
    path(f"{_TICKET}invio/", ticket_views.on_its_way, name="on_its_way"),
    path(f"{_TICKET}presenza/", ticket_views.present, name="present"),
    path(f"{_TICKET}conferma/", list_views.send_again, name="send_again"),
    path(f"{_TICKET}indirizzo/", list_views.correct_address, name="correct_address"),
    path(f"{_TICKET}prossima/", list_views.next_ticket, name="next_ticket"),
    path(f"{_TICKET}percorso/", ticket_views.review_replay, name="review_replay"),
    path(f"{_TICKET}testo/", ticket_views.review_ticket_text, name="review_ticket_text"),
    path(f"{_TICKET}immagini/<int:picture_id>/", ticket_views.review_picture, name="review_picture"),
    path(f"{_TICKET}immagini/<int:picture_id>/copri/", ticket_views.cover_picture, name="cover_picture"),
    path("tasti/", people_views.shortcuts, name="shortcuts"),
    path("mia/", people_views.my_desk, name="my_desk"),
    path("persone/", people_views.staff_list, name="staff_list"),
    path("persone/<int:user_id>/", people_views.change_person, name="change_person"),
    path("ufficio/", office_views.office_rules, name="office_rules"),
    path("testi/", people_views.unknown_text_list, name="unknown_text_list"),
    path("testi/<int:task_id>/fatto/", people_views.unknown_text_done, name="unknown_text_done"),
    path("avvisi/", views.notice_list, name="notice_list"),
    path("avvisi/<int:notice_id>/cambia/", views.change_notice, name="change_notice"),
    path("avvisi/<int:notice_id>/fine/", views.end_notice, name="end_notice"),
    path("mappa/<slug:flow_id>/", views.flow_map, name="flow_map"),
    path("mappa/<slug:flow_id>/<slug:step_id>/sospendi/", views.suspend_step, name="suspend_step"),
]
