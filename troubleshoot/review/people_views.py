"""Who works here: roles, leaving, a new second factor. For coordinators; and how each wants his own desk."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from troubleshoot.accounts import services
from troubleshoot.accounts.access import coordinator_required, reader_required, reviewer_required
from troubleshoot.accounts.models import Role, User
from troubleshoot.core.forms import CleanText, MailAddress, PlainForm
from troubleshoot.flows.views import qr_svg
from troubleshoot.review import unknown_texts
from troubleshoot.review.acts import ACTS
from troubleshoot.review.models import Pace, UnknownText, Wishes
from troubleshoot.tickets import desk

#: Done tasks shown below the open ones.
_PAST_SHOWN = 20


class PersonForm(PlainForm):
    name = CleanText(label=_("First and last name"), max_length=120)
    email = MailAddress(label=_("E-mail address, to sign in with"), max_length=254)
    role = forms.ChoiceField(label=_("Role"), choices=Role, initial=Role.REVIEWER)


@require_http_methods(["GET", "HEAD", "POST"])
@coordinator_required
def staff_list(request: HttpRequest) -> HttpResponse:
    """Everybody who has or had a role, and the form for one more."""
    form = PersonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            password = get_random_string(16)
            made = services.make_reviewer(**form.cleaned_data, password=password)
        except ValidationError as error:
            form.add_error("email", error.messages[0])
        else:
            return _show_once(request, made, password)
    people = User.objects.order_by("-is_active", "name", "email")
    context = {"form": form, "people": people, "roles": Role.choices}
    return render(request, "review/staff_list.html", context, status=422 if form.is_bound else 200)


def _show_once(request: HttpRequest, made: services.NewReviewer, password: str) -> HttpResponse:
    """What he needs to sign in; it stands nowhere else and is not shown again."""
    context = {"made": made, "password": password, "qr": qr_svg(services.totp_url(made))}
    return render(request, "review/staff_made.html", context)


@require_POST
@coordinator_required
def change_person(request: HttpRequest, user_id: int) -> HttpResponse:
    """Another role, out, in again, or a new second factor."""
    person = get_object_or_404(User, pk=user_id)
    what = request.POST.get("what", "")
    freed = 0
    try:
        if what in set(Role) or what in ("out", "in"):
            freed = _change(person, what, request.user)
        elif what == "factor":
            return _show_once(request, services.renew_second_factor(person.email), "")
        else:
            raise Http404
    except services.LastCoordinatorError:
        said = gettext("This is the last coordinator: make somebody else one first.")
        messages.error(request, said)
    else:
        messages.success(request, gettext("Changed. It holds from the next page on."))
        if freed:
            said = ngettext("%d request is nobody’s again.", "%d requests are nobody’s again.", freed)
            messages.success(request, said % freed)
    return redirect("staff_list")


@transaction.atomic
def _change(person: User, what: str, by: User) -> int:
    """Change role or presence; how many requests are nobody's again for it. Raises LastCoordinatorError."""
    freed = desk.release(person, by) if what in ("out", Role.READER) else 0
    if what in ("out", "in"):
        services.set_active(person, is_active=what == "in")
    else:
        services.change_role(person, Role(what))
    return freed


class WishesForm(forms.ModelForm):
    language = forms.ChoiceField(label=_("Language of these mails"), choices=settings.LANGUAGES)
    shortcuts = forms.BooleanField(label=_("Keyboard shortcuts of one letter"), required=False)

    class Meta:
        model = Wishes
        fields = ("pace", "only_mine", "language")


@require_http_methods(["GET", "HEAD", "POST"])
@reader_required
def my_desk(request: HttpRequest) -> HttpResponse:
    """How he wants to hear of requests, and whether single letters are shortcuts."""
    wishes = Wishes.objects.filter(user=request.user).first() or Wishes(user=request.user)
    form = WishesForm(
        request.POST if request.method == "POST" else None,
        instance=wishes,
        initial={"shortcuts": request.user.uses_shortcuts},
        label_suffix="",
    )
    if form.is_valid():
        kept = form.save(commit=False)
        if kept.pace == Pace.NEVER:
            kept.told_until = None
        elif "pace" in form.changed_data or kept.told_until is None:
            kept.told_until = timezone.now()  # from now on, not of all that was
        kept.save()
        User.objects.filter(pk=request.user.pk).update(uses_shortcuts=form.cleaned_data["shortcuts"])
        messages.success(request, gettext("Kept."))
        return redirect("my_desk")
    return render(request, "review/my_desk.html", {"form": form}, status=422 if form.is_bound else 200)


@require_safe
@reader_required
def shortcuts(request: HttpRequest) -> HttpResponse:
    """What the keys do."""
    return render(request, "review/shortcuts.html", {"acts": ACTS.values()})


@require_safe
@reader_required
def unknown_text_list(request: HttpRequest) -> HttpResponse:
    """Error texts to be written up, by flow."""
    tasks = UnknownText.objects.select_related("by", "done_by")
    context = {
        "open": tasks.filter(done_at__isnull=True),
        "past": tasks.filter(done_at__isnull=False)[:_PAST_SHOWN],
    }
    return render(request, "review/unknown_texts.html", context)


@require_POST
@reviewer_required
def unknown_text_done(request: HttpRequest, task_id: int) -> HttpResponse:
    if unknown_texts.done(task_id, by=request.user):
        messages.success(request, gettext("Done."))
    return redirect("unknown_text_list")
