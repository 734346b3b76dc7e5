from django.urls import path, register_converter

from troubleshoot.core.typed import ReferenceConverter
from troubleshoot.tickets import draft_views, ticket_views, views

register_converter(ReferenceConverter, "reference")

urlpatterns = [
    path("scrivi/<slug:flow_id>/", views.write, name="write"),
    path("scrivi/<slug:flow_id>/<slug:desk_id>/", views.write, name="write_to"),
    path("scheda/<slug:flow_id>/", views.sheet_text, name="sheet_text"),
    path("bozza/<str:draft_id>/", draft_views.draft, name="draft"),
    path("bozza/<str:draft_id>/fatti/", draft_views.change_facts, name="change_facts"),
    path("bozza/<str:draft_id>/immagini/", draft_views.draft_pictures, name="draft_pictures"),
    path("bozza/<str:draft_id>/immagini/<int:picture_id>/", draft_views.draft_picture, name="draft_picture"),
    path("bozza/<str:draft_id>/immagini/<int:picture_id>/togli/", draft_views.remove_picture, name="remove_picture"),
    path("bozza/<str:draft_id>/immagini/<int:picture_id>/taglia/", draft_views.cut_picture, name="cut_picture"),
    path("bozza/<str:draft_id>/invia/", draft_views.send_draft, name="send_draft"),
    path("bozza/<str:draft_id>/inviata/", draft_views.draft_sent, name="draft_sent"),
    path("richiesta/link/", ticket_views.new_link, name="new_link"),
    path("richiesta/apri/<str:key>/", ticket_views.open_link, name="open_link"),
    path("richiesta/<reference:reference>/", ticket_views.ticket, name="ticket"),
    path("richiesta/<reference:reference>/aggiungi/", ticket_views.add_fact, name="add_fact"),
    path("richiesta/<reference:reference>/domanda/", ticket_views.give_fact, name="give_fact"),
    path("richiesta/<reference:reference>/risolta/", ticket_views.close_ticket, name="close_ticket"),
    path("richiesta/<reference:reference>/riapri/", ticket_views.reopen_ticket, name="reopen_ticket"),
    path(
        "richiesta/<reference:reference>/immagini/<int:picture_id>/", ticket_views.ticket_picture, name="ticket_picture"
    ),
    path(
        "richiesta/<reference:reference>/immagini/<int:picture_id>/togli/",
        ticket_views.drop_picture,
        name="drop_picture",
    ),
    path("richiesta/<reference:reference>/testo/", ticket_views.ticket_text, name="ticket_text"),
    path("richiesta/<reference:reference>/esci/", ticket_views.leave_ticket, name="leave_ticket"),
    path("richiesta/<reference:reference>/disdici-link/", ticket_views.end_links, name="end_links"),
]
