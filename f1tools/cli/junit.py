"""Findings as JUnit XML, which every pipeline shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from f1tools.cli.terminal import visible

if TYPE_CHECKING:
    from f1tools.record import Finding

_SUITE = "f1tools check"


def findings_xml(findings: Sequence[Finding]) -> str:
    """Write a test case a finding: what fails as a failure, what warns as its output.

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
    suite = _suite(len(findings), failures=sum(each.level == "fail" for each in findings))
    for each in findings:
        case = _case(suite, each.kind, each.name)
        if each.level == "fail":
            ET.SubElement(case, "failure", type=each.kind, message=visible(each.sentence))
        else:
            label = "warning: " if each.level == "warn" else ""
            ET.SubElement(case, "system-out").text = visible(f"{label}{each.sentence}")
    return _text(suite)


def error_xml(sentence: str) -> str:
    """Write that nothing could be checked, so that no earlier result is taken for this one."""
    suite = _suite(1, errors=1)
    ET.SubElement(_case(suite, "files", "files and options"), "error", type="unusable", message=visible(sentence))
    return _text(suite)


def _suite(tests: int, *, failures: int = 0, errors: int = 0) -> ET.Element:
    counted = {"tests": tests, "failures": failures, "errors": errors, "skipped": 0}
    return ET.Element("testsuite", {"name": _SUITE, **{key: str(value) for key, value in counted.items()}})


def _case(suite: ET.Element, kind: str, name: str) -> ET.Element:
    """Add a case; names come from files, and what XML cannot hold is made visible."""
    return ET.SubElement(suite, "testcase", classname=f"f1tools.{kind}", name=visible(name))


def _text(suite: ET.Element) -> str:
    root = ET.Element("testsuites")
    root.append(suite)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}'
