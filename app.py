"""The dashboard: page settings, navigation, run. `f1tools app` and `streamlit run app.py` start it."""

import streamlit as st

from f1tools.ui import document, launch, server
from f1tools.ui.components import job_results
from f1tools.ui.components.layout import link_note, set_page
from f1tools.ui.sections import upload
from f1tools.ui.session import state
from f1tools.ui.session.data import Dataset

if __name__ != "__main__":
    # The server imports this file once, for its application; every visit runs the file as a script.
    server.override_defaults()
    app = st.App(__file__, routes=document.routes(), middleware=server.middleware(), lifespan=launch.lifespan)
else:
    state.open_link()
    has_classes = not isinstance(state.whole_data(), Dataset)
    page = st.navigation(
        [
            st.Page("pages/data.py", title="Data"),
            st.Page("pages/classes.py", title="Classes", visibility="visible" if has_classes else "hidden"),
            st.Page("pages/decide.py", title="Decide", default=True),
            st.Page("pages/explore.py", title="Explore"),
            st.Page("pages/compare.py", title="Compare"),
            st.Page("pages/what_if.py", title="What if"),
            st.Page("pages/how_sure.py", title="Trust"),
            st.Page("pages/calibration.py", title="Calibration", visibility="hidden"),
            st.Page("pages/share.py", title="Share"),
            st.Page("pages/strategies.py", title="Learn"),
            st.Page("pages/methods.py", title="Methods", visibility="hidden"),
        ],
        position="top",
    )
    state.go_back(page.title)
    progress = job_results.start_page()
    set_page(page)
    upload.open_startup_files()
    state.restore()
    with upload.old_data_hidden(upload.receive_files(page.title)):
        upload.pending_note(page.title)
        if page.title != "Data" and upload.is_missing(page.title):
            link_note()
            upload.missing_files(page.title)
        else:
            page.run()
    job_results.await_jobs(*progress)
