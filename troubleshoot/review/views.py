"""Staff pages: what stands in force, the map of a flow, notices and suspensions."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from troubleshoot.accounts.access import reader_required, reviewer_required
from troubleshoot.flows import draw, library
from troubleshoot.flows.model import Flow
from troubleshoot.flows.stale import stale_steps, untranslated_steps
from troubleshoot.notices import services
from troubleshoot.notices.models import Notice
from troubleshoot.review.forms import NoticeForm, SuspensionForm

#: Ended notices shown below those in force.
_PAST_SHOWN = 20


@require_safe
@reader_required
def review_home(request: HttpRequest) -> HttpResponse:
    content = library.current().content
    context = {
        "flows": _titled(content.flows.values()),
        "stale": stale_steps(content, today=timezone.localdate(), days=settings.FLOWS_STALE_DAYS),
        "untranslated": untranslated_steps(content),
        "suspensions": Notice.objects.filter(ended_at__isnull=True, suspends=True),
    }
    return render(request, "review/home.html", context)


@require_safe
@reader_required
def flow_map(request: HttpRequest, flow_id: str) -> HttpResponse:
    """Every step of a flow, drawn and as a list, with the switch that takes one out."""
    content = library.current().content
    flow = _flow(flow_id)
    language = get_language() or "it"
    titles = {step: text.title for (step, spoken), text in flow.texts.items() if spoken == language}
    out = {notice.step: notice for notice in Notice.objects.filter(flow=flow_id, suspends=True, ended_at__isnull=True)}
    rows = [
        (step, titles.get(step.id, ""), content.checked(step), out.get(step.id))
        for column in draw.columns(flow)
        for step in (flow.steps[step_id] for step_id in column)
    ]
    drawing = mark_safe(draw.as_svg(flow, titles))  # noqa: S308 - escaped where it is drawn
    context = {"flow": flow, "title": flow.titles[language], "rows": rows, "drawing": drawing}
    return render(request, "review/flow_map.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@reviewer_required
def suspend_step(request: HttpRequest, flow_id: str, step_id: str) -> HttpResponse:
    """Take a step out at once; it is walked as *I can't do this*."""
    flow = _flow(flow_id)
    step = flow.steps.get(step_id)
    if step is None or not step.can_be_suspended:
        raise Http404
    form = SuspensionForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        services.put_up(by=request.user, flow=flow_id, step=step_id, suspends=True, **form.cleaned_data)
        messages.success(request, gettext("The step is out. Every process knows within ten seconds."))
        return redirect("flow_map", flow_id)
    title = flow.text(step_id, get_language() or "it").title
    status = 422 if form.is_bound else 200
    return render(request, "review/suspend_step.html", {"form": form, "flow": flow, "title": title}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@reviewer_required
def notice_list(request: HttpRequest) -> HttpResponse:
    """Notices in force and to come, the last ones that ended, and the form for a new one."""
    form = NoticeForm(
        request.POST if request.method == "POST" else None,
        content=library.current().content,
        language=get_language() or "it",
    )
    if form.is_valid():
        services.put_up(by=request.user, **form.notice_values())
        messages.success(request, gettext("The notice is up. Every process shows it within ten seconds."))
        return redirect("notice_list")
    notices = Notice.objects.select_related("created_by", "ended_by")
    context = {
        "form": form,
        "standing": notices.filter(ended_at__isnull=True),
        "past": notices.filter(ended_at__isnull=False)[:_PAST_SHOWN],
    }
    return render(request, "review/notice_list.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@reviewer_required
def change_notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Put a changed notice in the place of one in force; both stay in the history."""
    notice = get_object_or_404(Notice, pk=notice_id, suspends=False)
    form = NoticeForm(
        request.POST if request.method == "POST" else None,
        initial=NoticeForm.initial_of(notice),
        content=library.current().content,
        language=get_language() or "it",
    )
    gone = notice.ended_at is not None
    if form.is_valid() and not gone:
        if services.change(notice_id, by=request.user, **form.notice_values()):
            messages.success(request, gettext("The notice is changed. Every process shows it within ten seconds."))
            return redirect("notice_list")
        gone = True
    status = 409 if gone else 422 if form.is_bound else 200
    return render(request, "review/change_notice.html", {"form": form, "notice": notice, "gone": gone}, status=status)


@require_POST
@reviewer_required
def end_notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Take a notice or a suspension down."""
    if services.take_down(notice_id, by=request.user):
        messages.success(request, gettext("Taken down. Every process knows within ten seconds."))
    else:
        messages.info(request, gettext("It had been taken down already."))
    notice = Notice.objects.filter(pk=notice_id).first()
    if notice is not None and notice.suspends:
        return redirect("flow_map", notice.flow)
    return HttpResponseRedirect(f"/{get_language()}/redazione/avvisi/")


def _flow(flow_id: str) -> Flow:
    flows = library.current().content.flows
    if flow_id not in flows:
        raise Http404
    return flows[flow_id]


def _titled(flows: object) -> list[tuple[Flow, str]]:
    language = get_language() or "it"
    return [(flow, flow.titles[language]) for flow in flows]
