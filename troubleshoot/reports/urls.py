from django.urls import path

from troubleshoot.reports import letter_views, pairing_views, phone_views, program_views, reach_views, views

urlpatterns = [
    path("rapporto/<slug:flow_id>/<slug:step_id>/", views.brought_report, name="brought_report"),
    path("telefono/<slug:flow_id>/<slug:step_id>/", phone_views.on_the_pc, name="phone_on_the_pc"),
    path("t/<str:code>/", phone_views.on_the_phone, name="on_the_phone"),
    path("controllo/<slug:flow_id>/<slug:step_id>/", pairing_views.pc_check, name="pc_check"),
    path("lettera/<slug:flow_id>/<slug:step_id>/", letter_views.it_letter, name="it_letter"),
    path("programma/", program_views.program, name="program"),
    path("programma/<str:file>", program_views.program_file, name="program_file"),
    path("siti/", reach_views.sites, name="reach"),
]
