"""The HTML document of every page: Streamlit's, with the project's name, purpose, icon, style and script."""

import re
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from streamlit import config, file_util

from f1tools.card import edge_style
from f1tools.ui.launch import app_folder
from f1tools.version import __version__

ASSETS = Path(__file__).parent / "assets"
PAGES_WITH_FIGURES = ("what_if", "how_sure", "calibration", "strategies")  # that Plotly draws
_TABLES = "body [data-testid=stMarkdownContainer] table"  # of Markdown
_HEAD = f"""\
<title>f1tools</title>
<link rel="stylesheet" href="./assets/page.css?{__version__}" />
<style>{edge_style(_TABLES)}</style>
<script src="./assets/page.js?{__version__}"></script>"""
_PURPOSE = "Choose the threshold of a classifier, exactly and honestly"


def routes() -> list[BaseRoute]:
    """Return the routes of the document, also for unknown pages, of its icon and of what it loads.

    A component would run its script too late: the address of an invalid link is corrected in the first run of a page.
    """
    streamlit = Path(file_util.get_static_dir())
    html = (streamlit / "index.html").read_text(encoding="utf-8")
    pages = " ".join(page.stem for page in (app_folder() / "pages").glob("*.py"))
    html = html.replace("<html ", f'<html data-pages="{pages}" {_plotly(streamlit)} ')
    html = re.sub("<title>.*</title>", _HEAD, html)
    html = html.replace("</body>", f"<aside class='purpose' aria-label='Purpose'>{_PURPOSE}</aside></body>")
    html = re.sub("<script>.*?</script>", "", html, flags=re.DOTALL)  # for search engines; the policy blocks it

    def document(_: Request) -> Response:
        return HTMLResponse(html, headers={"cache-control": "no-cache"})

    base = f"/{config.get_option('server.baseUrlPath').strip('/')}".rstrip("/")
    return [
        Route(f"{base}/favicon.png", lambda _: FileResponse(ASSETS / "icon.png")),
        Route(f"{base}/manifest.json", lambda _: FileResponse(streamlit / "manifest.json")),
        Mount(f"{base}/assets", StaticFiles(directory=ASSETS)),
        Route(f"{base}/", document),
        Route(f"{base}/{{page}}", document),
    ]


def _plotly(streamlit: Path) -> str:
    """Return attributes that name the pages with figures and the script that draws them; none without such a script."""
    scripts = [f"./{path.relative_to(streamlit).as_posix()}" for path in streamlit.glob("static/js/PlotlyChart.*.js")]
    return f'data-figures="{" ".join(PAGES_WITH_FIGURES)}" data-plotly="{scripts[0]}"' if scripts else ""
