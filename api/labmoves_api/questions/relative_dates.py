"""Dates that a question states from today: "last year", "in March last year", 上个月, "the past three weeks".

    relative_date(PATTERN.match("last month"), date(2026, 1, 15))  ->  "2025-12"
    relative_date(PATTERN.match("过去3个月"), date(2026, 1, 15))    ->  "2025-10-15/2026-01-15"

A period that is a year, a month or a day is that EDTF date, any other two days with a slash between. Weeks begin on
Monday. What says no more than "recently" is no date.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta

__all__ = ["MONTHS", "PATTERN", "relative_date"]

MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_NUMBERS = {
    **{
        "two": 2,
        "three": 3,
        "four": 4,
        "five": 5,
        "six": 6,
        "seven": 7,
        "eight": 8,
        "nine": 9,
        "ten": 10,
        "twelve": 12,
    },
    **{"一": 1, "两": 2, "兩": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10},
}
_NUMBER = rf"\d{{1,3}}|{'|'.join(_NUMBERS)}"
_YEARS = {"this": 0, "last": -1, "今年": 0, "本年": 0, "去年": -1, "上一年": -1, "前年": -2}
_PERIODS = {
    **{"today": ("day", 0), "yesterday": ("day", -1), "今天": ("day", 0), "昨天": ("day", -1)},
    **{"this week": ("week", 0), "last week": ("week", -1)},
    **{"本周": ("week", 0), "这周": ("week", 0), "上周": ("week", -1), "上个星期": ("week", -1)},
    **{"this month": ("month", 0), "last month": ("month", -1)},
    **{"本月": ("month", 0), "这个月": ("month", 0), "上月": ("month", -1), "上个月": ("month", -1)},
}
_UNITS = {"天": "day", "日": "day", "周": "week", "星期": "week", "月": "month", "年": "year"}
_MONTH = "|".join(f"{name}|{name[:3]}" for name in MONTHS)

PATTERN = rf"""
    (?P<rm>\b(?P<rmn>{_MONTH})\.?\s+(?:of\s+)?(?P<rmy>this|last)\s+year\b)
  | (?P<rs>(?:\b(?:the\s+)?(?:last|past)\s+(?P<rsn>{_NUMBER})\s+(?P<rsu>day|week|month|year)s?\b)
      | (?:(?:过去|過去|最近|近)的?\s*(?P<zsn>{_NUMBER})\s*[个個]?(?P<zsu>[天日周年]|星期|月)))
  | (?P<ry>\b(?P<ryw>this|last)\s+year\b)
  | (?P<rz>(?P<rzy>今年|本年|去年|上一年|前年)(?:\s*(?P<rzm>\d{{1,2}})\s*月(?:\s*(?P<rzd>\d{{1,2}})\s*[日号])?)?)
  | (?P<rp>\b(?:this|last)\s+(?:week|month)\b|\btoday\b|\byesterday\b
      |今天|昨天|[本这這上][周週]|上[个個]星期|本月|上月|[这這上][个個]月)
"""


def relative_date(given: Mapping[str, str | None], today: date) -> str:
    """The EDTF date, or two days, that the groups of PATTERN mean today. Raises ValueError for no such day."""
    if month := given["rm"] and given["rmn"]:
        return f"{today.year + _YEARS[given['rmy'] or '']}-{_month_number(month):02d}"
    if given["rs"]:
        return _span(given["rsn"] or given["zsn"] or "", given["rsu"] or _UNITS[given["zsu"] or ""], today)
    if word := given["ry"] and given["ryw"]:
        return str(today.year + _YEARS[word])
    if given["rz"]:
        parts = [str(today.year + _YEARS[given["rzy"] or ""])]
        return "-".join(parts + [f"{int(part):02d}" for part in (given["rzm"], given["rzd"]) if part])
    plain = re.sub(r"\s+", " ", given["rp"] or "").translate(str.maketrans("這個週", "这个周"))
    return _period(*_PERIODS[plain], today)


def _month_number(name: str) -> int:
    return next(number for number, full in enumerate(MONTHS, 1) if full.startswith(name))


def _period(unit: str, step: int, today: date) -> str:
    if unit == "day":
        return (today + timedelta(days=step)).isoformat()
    if unit == "week":
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=step)
        return f"{monday}/{monday + timedelta(days=6)}"
    return _months_before(today, -step).isoformat()[: len("2026-01")]


def _span(number: str, unit: str, today: date) -> str:
    """From so long ago until today."""
    count = _NUMBERS.get(number) or int(number)
    if unit in ("day", "week"):
        start = today - timedelta(days=count * (7 if unit == "week" else 1))
    else:
        start = _months_before(today, count * (12 if unit == "year" else 1))
    return f"{start}/{today}"


def _months_before(day: date, months: int) -> date:
    """The same day so many months before; the month's last where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (following - timedelta(days=1)).day))
