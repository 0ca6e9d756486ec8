"""The provider's own national list: synthetic people by ID number, read from CSV files and again when they change."""

import csv
import re
from pathlib import Path

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def number_holds(number: str) -> bool:
    """True if the check character of an 18-character resident ID number is right (GB 11643)."""
    if not re.fullmatch(r"\d{17}[\dX]", number):
        return False
    return "10X98765432"[sum(int(d) * w for d, w in zip(number[:17], WEIGHTS, strict=True)) % 11] == number[17]


def masked_name(name: str) -> str:
    return name[:1] + "*" * max(len(name) - 1, 1)


def masked_number(number: str) -> str:
    return number[:3] + "*" * (len(number) - 7) + number[-4:]


class People:
    """Files with the header `id_number,name`, UTF-8. A file that is not there yet counts as empty."""

    def __init__(self, files: list[Path]) -> None:
        self._files = files
        self._read: dict[Path, tuple[int, dict[str, str]]] = {}

    def name_of(self, number: str) -> str | None:
        """The name that belongs to a number, or None where no file has it."""
        return next((found[number] for file in self._files if number in (found := self._of(file))), None)

    def _of(self, file: Path) -> dict[str, str]:
        try:
            mark = file.stat().st_mtime_ns
        except FileNotFoundError:
            return {}
        if file not in self._read or self._read[file][0] != mark:
            with file.open(encoding="utf-8-sig", newline="") as lines:
                people = {row["id_number"].strip().upper(): row["name"].strip() for row in csv.DictReader(lines)}
            self._read[file] = (mark, people)
        return self._read[file][1]
