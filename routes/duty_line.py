"""Whether anyone answers now, and when next: one honest sentence for the pages."""

from dataclasses import dataclass
from datetime import datetime

from assistant.replies import Locales
from routes.formatting import clock, weekday_and_time
from sites import Duty, Site, duty_at


@dataclass(frozen=True, slots=True)
class DutyLine:
    on_duty: bool
    text: str


def duty_line(locales: Locales, site: Site, now: datetime, language: str) -> DutyLine:
    """Duty at `now` in the words of `language`, with the public holiday if today is one."""
    duty = duty_at(site, now)
    sentences = [_answering(locales, duty, now.astimezone(site.zone), language)]
    if duty.holiday and not duty.on_duty:
        sentences.insert(0, locales.gettext(language, "web", "duty_holiday", holiday=duty.holiday))
    return DutyLine(duty.on_duty, " ".join(sentences))


def _answering(locales: Locales, duty: Duty, local: datetime, language: str) -> str:
    if duty.until:
        return locales.gettext(language, "web", "duty_on_until", time=clock(duty.until, language))
    if duty.next_opens is None:
        return locales.gettext(language, "web", "duty_off_unknown")
    if duty.next_opens.date() == local.date():
        return locales.gettext(language, "web", "duty_off_today", time=clock(duty.next_opens, language))
    when = weekday_and_time(duty.next_opens, language)
    return locales.gettext(language, "web", "duty_off_next", when=when)
