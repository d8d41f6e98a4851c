"""Findings as JUnit XML, which continuous integration servers display."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from f1tools.cli.output import escape_controls

if TYPE_CHECKING:
    from f1tools.record import Finding


def findings_xml(findings: Sequence[Finding]) -> str:
    """Return a test case per finding: failures as failures, warnings as the output of a passed test.

    Examples
    --------
    >>> from f1tools.record import Finding
    >>> print(findings_xml([Finding("scores", "scores", "fail", "They lie < differently.")]))
    <?xml version="1.0" encoding="utf-8"?>
    <testsuites>
      <testsuite name="f1tools check" tests="1" failures="1" errors="0" skipped="0">
        <testcase classname="f1tools.scores" name="scores">
          <failure type="scores" message="They lie &lt; differently." />
        </testcase>
      </testsuite>
    </testsuites>
    """
    suite = _suite(len(findings), failures=sum(finding.level == "fail" for finding in findings))
    for finding in findings:
        case = _case(suite, finding.kind, finding.name)
        if finding.level == "fail":
            ET.SubElement(case, "failure", type=finding.kind, message=escape_controls(finding.sentence))
        else:
            label = "warning: " if finding.level == "warn" else ""
            ET.SubElement(case, "system-out").text = escape_controls(f"{label}{finding.sentence}")
    return _to_text(suite)


def error_xml(sentence: str) -> str:
    """Return an error, for a check that could not be done, so that no earlier result is mistaken for its result."""
    suite = _suite(1, errors=1)
    case = _case(suite, "files", "files and options")
    ET.SubElement(case, "error", type="unusable", message=escape_controls(sentence))
    return _to_text(suite)


def _suite(tests: int, *, failures: int = 0, errors: int = 0) -> ET.Element:
    totals = {"tests": tests, "failures": failures, "errors": errors, "skipped": 0}
    return ET.Element("testsuite", {"name": "f1tools check", **{key: str(value) for key, value in totals.items()}})


def _case(suite: ET.Element, kind: str, name: str) -> ET.Element:
    """Add a test case; characters that XML can't represent are escaped."""
    return ET.SubElement(suite, "testcase", classname=f"f1tools.{kind}", name=escape_controls(name))


def _to_text(suite: ET.Element) -> str:
    root = ET.Element("testsuites")
    root.append(suite)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}'
