"""The month's report as XLSX and PDF: every number and every case against a recount of its own, on both stores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from cloud.permissions import Role
from cloud.service_levels.profile import ESTATE, GRADE_THREE, Profile
from cloud.service_reports import fonts
from cloud.service_reports.document import Head, document
from cloud.service_reports.pdf import pdf
from cloud.service_reports.report import Case, Line
from cloud.service_reports.words import GROUPS, MET, Language
from facility.alarm import OrderClass
from facility.clock import ManualClock, from_iso
from facility.words import Text
from tests.cloud.conftest import House
from tests.cloud.service_reports.month_oracle import MONTH, NOW, SITE, Counted, Month, fill
from tests.cloud.service_reports.reading import Told, read_pdf, read_xlsx
from tests.cloud.work_orders.clock_oracle import CONTRACT

ORDERS = 240


async def filled(house: House) -> Month:
    house.app.state.clock = ManualClock(wall=NOW)
    return await house.database.write(lambda c: fill(c, ORDERS))


async def got(house: House, end: str, profile: Profile, language: Language) -> bytes:
    async with house.client(await house.token(Role.MANAGER, SITE)) as client:
        asked = {"month": MONTH, "profile": profile.id, "language": language}
        answer = await client.get(f"/api/v1/service-reports/{SITE}/{end}", params=asked)
        assert answer.status_code == 200, answer.text
        told = f'attachment; filename="service-report-{SITE}-{MONTH}-{profile.id}-{language}.{end}"'
        assert answer.headers["content-disposition"] == told
        assert answer.headers["x-content-type-options"] == "nosniff"
        return answer.content


def agree(found: Sequence[Told], expected: Mapping[str, Counted], profile: Profile, language: Language) -> None:
    """The numbers of the summary; promises that only the law makes come after the profile's and have no case here."""
    assert len(found) >= len(profile.promises)
    assert not any(told.counts["cases"] for told in found[len(profile.promises) :])
    for told, promise in zip(found, profile.promises, strict=False):
        counted = expected[promise.id]
        counts = {group: counted.count(group) for group in GROUPS}
        assert told.counts == counts | {"cases": sum(counts.values())}, promise.id
        met = None if counted.value is None else counted.value >= promise.share
        assert told.result == getattr(MET[met], language)


@pytest.mark.parametrize(("profile", "language"), [(ESTATE, "zh"), (CONTRACT, "en")])
async def test_the_workbook_is_the_recount_and_each_number_leads_to_its_cases(
    house: House, profile: Profile, language: Language
) -> None:
    month = await filled(house)
    expected = month.recount(profile)
    found = read_xlsx(await got(house, "xlsx", profile, language), language)
    agree(found, expected, profile, language)
    for told, promise in zip(found, profile.promises, strict=False):
        assert told.value == pytest.approx(expected[promise.id].value, rel=1e-12)
        assert told.cases == {group: expected[promise.id].cases[group] for group in GROUPS}
    assert sum(len(cases) for told in found for cases in told.cases.values()) > 300


@pytest.mark.parametrize(("profile", "language"), [(ESTATE, "en"), (GRADE_THREE, "zh")])
async def test_the_pdf_is_the_recount_and_each_case_leads_to_its_order(
    house: House, profile: Profile, language: Language
) -> None:
    month = await filled(house)
    expected = month.recount(profile)
    found, blocks = read_pdf(await got(house, "pdf", profile, language), language)
    agree(found, expected, profile, language)
    wanted = [expected[promise.id].cases[group] for promise in profile.promises for group in GROUPS]
    assert [sorted(block) for block in blocks] == [sorted(id for id, _, _ in cases) for cases in wanted if cases]


async def test_a_month_that_nobody_may_read_or_that_is_none(house: House) -> None:
    async with house.client(await house.token(Role.MANAGER, "elsewhere")) as client:
        for end in ("xlsx", "pdf"):
            path = f"/api/v1/service-reports/{SITE}/{end}"
            assert (await client.get(path, params={"month": MONTH})).status_code == 403
            assert (await client.get(path, params={"month": "2026-13"})).status_code == 422
            assert (await client.get(path, params={"month": MONTH, "language": "de"})).status_code == 422


def test_a_case_says_its_room_and_a_month_that_runs_says_so() -> None:
    garden = Text(zh="滨江", en="Riverside")
    head = Head("s", garden, 2026, 3, ESTATE, ZoneInfo("Asia/Shanghai"), {"p": Text(zh="泵房", en="Pumps")}, "http://h")
    case = Case("id", 1, 1, garden, OrderClass.URGENT, None, "A-1201", NOW, "kept", 1, 2)
    both = replace(case, place="p")
    elsewhere = replace(case, place="gone", room=None)
    told = document(head, [Line(ESTATE.promises[0], (case, both, elsewhere))], "zh", from_iso("2026-03-31T15:59:59Z"))
    assert [row.place for row in told.sections[0].groups["kept"]] == ["A-1201", "A-1201 · 泵房", "gone"]
    assert told.facts[1][1].endswith("本月尚未结束")
    over = document(head, [], "en", from_iso("2026-03-31T16:00:00Z"))
    assert over.facts[1][1] == "March 2026 (Asia/Shanghai)"


def test_without_a_chinese_font_the_reader_brings_its_own(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert fonts.font([tmp_path]) == fonts.READERS_OWN
    assert "fonts-wqy-zenhei" in caplog.text
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "wqy-zenhei.ttc").write_bytes(b"not a font")
    assert fonts.font([broken]) == fonts.READERS_OWN
    head = Head("s", Text(zh="滨江", en="Riverside"), 2026, 3, ESTATE, ZoneInfo("Asia/Shanghai"), {}, "http://h")
    empty = document(head, [Line(promise, ()) for promise in ESTATE.promises], "zh", NOW)
    found, blocks = read_pdf(pdf(empty, fonts.READERS_OWN), "zh")
    assert [told.result for told in found] == ["无可判定"] * 5
    assert blocks == []
