"""Prints which share of each file's lines the tests reach, and fails below 98 % of what decodes and verifies, or
90 % of one file of it. Tests at the end of a file do not count."""

import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
LEAST = 98.0
LEAST_OF_A_FILE = 90.0
# What makes artifacts and bundles, and prints them: reached by other tests, and no part of a verdict.
OTHER = ["issue/", "bundle/", "aws_lc.rs", "lib.rs"]


def main(report) -> int:
    missed, reached, all_lines = [], 0, 0
    for name, lines in sorted(read(report).items()):
        source = (ROOT / "src" / name).read_text().splitlines()
        lines = {line: count for line, count in lines.items() if line <= end(source)}
        if not lines:
            continue
        unreached = [line for line, count in sorted(lines.items()) if count == 0]
        judged = not any(name.startswith(other) for other in OTHER)
        share = 100 * (len(lines) - len(unreached)) / len(lines)
        print(f"{share:6.1f} %  {len(lines):5}  {'' if judged else '(not counted) '}{name}  {spans(unreached)}")
        if judged:
            reached, all_lines = reached + len(lines) - len(unreached), all_lines + len(lines)
            if share < LEAST_OF_A_FILE:
                missed.append(f"{name}: {share:.1f} %")
    share = 100 * reached / max(all_lines, 1)
    print(f"{share:6.1f} %  {all_lines:5}  all that decodes and verifies")
    if all_lines < 2000:
        sys.exit("the report is empty")
    for name in missed:
        print(f"below {LEAST_OF_A_FILE} %: {name}")
    return 1 if missed or share < LEAST else 0


def read(report):
    """Lines and how often each was reached, of each file below src/."""
    files, lines = {}, {}
    for line in pathlib.Path(report).read_text().splitlines():
        kind, _, rest = line.partition(":")
        if kind == "SF":
            path = pathlib.Path(rest)
            inside = path.is_relative_to(ROOT / "src") and "tests" not in path.parts[len(ROOT.parts):] and path.name not in ("tests.rs", "testing.rs")
            lines = files.setdefault(str(path.relative_to(ROOT / "src")), {}) if inside else {}
        elif kind == "DA":
            number, count = rest.split(",")[:2]
            lines[int(number)] = max(lines.get(int(number), 0), int(count))
    return files


def end(source):
    """The line before the tests of a file."""
    pairs = zip(source, source[1:])
    return next((nth for nth, (one, other) in enumerate(pairs) if one == "#[cfg(test)]" and other.startswith("mod ")), len(source))


def spans(lines):
    """1 2 3 7 as 1-3 7."""
    parts = []
    for line in lines:
        if parts and parts[-1][1] == line - 1:
            parts[-1][1] = line
        else:
            parts.append([line, line])
    return " ".join(str(first) if first == last else f"{first}-{last}" for first, last in parts)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
