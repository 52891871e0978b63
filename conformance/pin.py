"""What came out before: written with --update, compared without."""

import difflib
import sys


def hold(file, text):
    """Ends the program where a pinned file is not what comes out today."""
    if "--update" in sys.argv:
        file.write_text(text, "utf-8")
        return
    before = file.read_text("utf-8") if file.exists() else ""
    if before != text:
        difference = difflib.unified_diff(before.splitlines(), text.splitlines(), "pinned", "today", lineterm="", n=1)
        print("\n".join(list(difference)[:60]), file=sys.stderr)
        sys.exit(f"{file.name} is not what comes out today; if it should be, pin it: `conformance/run STEP --update`")
