"""What the HTML document of every page loads."""

import re
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route
from streamlit import file_util

from f1tools.ui import document


def test_all_files_that_the_document_names_exist() -> None:
    """Streamlit's scripts have other names in each version, also the one of Plotly."""
    page = next(route for route in document.routes() if isinstance(route, Route) and route.path == "/{page}")
    answer = page.endpoint(Request({"type": "http"}))
    assert isinstance(answer, HTMLResponse)
    html = bytes(answer.body).decode()
    assert re.search(r'data-plotly="\./static/js/PlotlyChart\.[^"]+\.js"', html)
    folder = Path(file_util.get_static_dir())
    files = re.findall(r'="\./(static/[^"]+)"', html)
    assert [name for name in files if not (folder / name).is_file()] == []
