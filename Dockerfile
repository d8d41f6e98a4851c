# The dashboard as a container; docs/deployment.md says how to run it.
FROM python:3.13-slim AS build
RUN python -m venv --without-pip /opt/f1tools
WORKDIR /source
COPY requirements.txt .
RUN pip --python /opt/f1tools install --no-cache-dir -r requirements.txt
COPY . .
RUN pip --python /opt/f1tools install --no-cache-dir --no-deps .

FROM python:3.13-slim
COPY --from=build /opt/f1tools /opt/f1tools
# Nothing is written outside of /tmp, so that the file system can be read-only and the user needs no name.
ENV PATH=/opt/f1tools/bin:$PATH \
    HOME=/tmp \
    PYTHONUNBUFFERED=1 \
    STREAMLIT_SERVER_PORT=8501
WORKDIR /data
USER 10001:10001
EXPOSE 8501
# Unknown paths are answered with a page and status 200, so the body is compared. There is no proxy on the way.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["python", "-c", "\
from http.client import HTTPConnection; from os import environ; from posixpath import join; \
server = HTTPConnection('127.0.0.1', int(environ['STREAMLIT_SERVER_PORT']), timeout=4); \
base = environ.get('STREAMLIT_SERVER_BASE_URL_PATH', '').strip('/'); \
server.request('GET', join('/', base, '_stcore/health')); \
assert server.getresponse().read() == b'ok'"]
ENTRYPOINT ["f1tools", "app", "--host", "0.0.0.0", "--no-browser"]
