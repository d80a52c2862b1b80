"""Every setting of the platform with its contract: meaning, unit, default, what too low and too high do.

A setting is read from the environment variable `REVEILLE_<NAME IN CAPITALS>`; a secret may instead be read
from the file named by `REVEILLE_<NAME>_FILE`. `docs/settings.md` is this as a table, held equal by a test.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, get_type_hints

from models.archive.store import checked
from models.errors import SettingsError
from models.events.receiver import BadReceiver, allowed_of
from models.sealing.roots import root_keys
from planners.reading import range_text

PREFIX = "REVEILLE_"
SHARD_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}", re.ASCII)
CLOCK_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)


def setting(
    default: Any,
    means: str,
    *,
    unit: str = "",
    least: float | None = None,
    most: float | None = None,
    low: str = "",
    high: str = "",
    secret: bool = False,
) -> Any:
    """Declare a setting: `low` and `high` say what too low and too high a value does."""
    says = {"means": means, "unit": unit, "least": least, "most": most, "low": low, "high": high}
    return dataclasses.field(default=default, metadata={**says, "secret": secret})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """One frozen struct; `validate` enforces every sentence in it."""

    database_url: str = setting(
        "",
        "PostgreSQL 15 or newer, as postgresql://user:password@host:port/name. Empty: the embedded server.",
        secret=True,
    )
    web_database_url: str = setting(
        "",
        "The same database for the web processes, as a role that owns none of its tables, or by a pooler. "
        "`reveille migrate` gives the role its rights. Empty: DATABASE_URL.",
        secret=True,
    )
    web_database_pooled: bool = setting(
        False, "Whether a pooler in transaction mode, such as pgbouncer, stands at WEB_DATABASE_URL."
    )
    shard_urls: str = setting(
        "",
        "Where the shards are that hold members' rows beside the control database, as name=postgresql://… "
        "with blanks between them. Empty: DATABASE_URL holds everything.",
        secret=True,
    )
    web_shard_urls: str = setting(
        "",
        "The same shards for the web processes, as WEB_DATABASE_URL is the control database. Empty: "
        "SHARD_URLS.",
        secret=True,
    )
    replica_urls: str = setting(
        "",
        "Streaming replicas to read from, as shard=postgresql://… with blanks between them; main is the "
        "shard of DATABASE_URL, and a shard may have several. Empty: all reads are the primaries'.",
        secret=True,
    )
    web_replica_urls: str = setting(
        "",
        "The same replicas for the web processes, as WEB_DATABASE_URL is the control database. Empty: "
        "REPLICA_URLS.",
        secret=True,
    )
    replica_lag_s: float = setting(
        5.0,
        "How far behind its primary a replica may be and still be read from; it is taken back at half of it.",
        unit="s",
        least=0.5,
        most=3600,
        low="replicas are dropped in every busy moment",
        high="reads that may lag are that old, and Redis keeps the position of each write that long",
    )
    replica_wait_s: float = setting(
        0.05,
        "Longest a read waits for a replica to have what was written last beside it, before it goes to the "
        "primary.",
        unit="s",
        least=0,
        most=10,
        low="reads after writes are the primary's",
        high="reads after writes are slow when replicas are",
    )
    redis_url: str = setting(
        "",
        "Redis 6.2 or Valkey 7.2 or newer, as redis://host:port/0, rediss://… or unix:///path. "
        "Empty: the embedded server.",
        secret=True,
    )
    cache_url: str = setting(
        "",
        "Redis or Valkey for cached values, apart from the queue's, since it is to evict them when it is "
        "full (maxmemory-policy allkeys-lfu). Empty: the embedded one beside the embedded server; else "
        "values are cached in the memory of each web process only.",
        secret=True,
    )
    cache_s: float = setting(
        300.0,
        "How long a value lives in that Redis, and may be wrong when a writer dies before it says so.",
        unit="s",
        least=1,
        most=86_400,
        low="the database is asked more often",
        high="a lost message is believed that long",
    )
    cache_memory_s: float = setting(
        5.0,
        "How long a value lives in the memory of a process, and may be wrong when messages are lost.",
        unit="s",
        least=0,
        most=300,
        low="Redis is asked more often",
        high="a process that hears nothing is wrong that long",
    )
    signing_key: str = setting(
        "",
        "Private key that signs access tokens: PEM text of an Ed25519 or P-256 key. "
        "`reveille up` makes one in the data folder when it is empty.",
        secret=True,
    )
    root_keys: str = setting(
        "",
        "Keys that open what the database holds on members: 32 random bytes each, in base64, with white "
        "space between them. The first is in use; the others open what was wrapped before. All processes "
        "need the same. `reveille up` with its own PostgreSQL makes one in the data folder when it is empty.",
        secret=True,
    )
    other_keys: str = setting(
        "",
        "Public keys whose access tokens are taken beside those of the signing key, as PEM texts one after "
        "the other: the key before, until its last token has expired, and the next, so that everybody knows "
        "it in time. Ed25519, P-256 or RSA.",
    )
    token_issuer: str = setting("reveille", "The `iss` and `aud` of access tokens.")
    access_token_s: int = setting(
        900,
        "Life of an access token.",
        unit="s",
        least=60,
        most=86_400,
        low="clients refresh all the time",
        high="a stolen token serves long",
    )
    refresh_token_s: int = setting(
        30 * 86_400,
        "Life of a refresh token.",
        unit="s",
        least=300,
        most=365 * 86_400,
        low="members log in again and again",
        high="a stolen one serves long",
    )
    open_registration: bool = setting(True, "Whether anybody may register an account in the default tenant.")
    oidc_issuer: str = setting(
        "",
        "Issuer of an OpenID Connect identity provider whose access tokens are taken as well: https, or http "
        "of this machine. Empty: none.",
    )
    oidc_audience: str = setting("", "The `aud` that the provider's access tokens for this service have.")
    oidc_tenant_claim: str = setting(
        "tenant",
        "Claim that names the tenant, a path with dots allowed. Empty: everybody is of the default tenant.",
    )
    oidc_tenants: str = setting(
        "",
        "What that claim says and the tenant's short name, as claim=name with commas between them. Empty: it "
        "says the short name itself.",
    )
    oidc_role_claim: str = setting(
        "roles",
        "Claim with a role or a list of them, a path with dots allowed. Empty: everybody is a member.",
    )
    oidc_roles: str = setting(
        "",
        "What that claim says and the role it gives, as claim=role with commas between them; whatever is not "
        "here gives none.",
    )
    oidc_timeout_s: float = setting(
        3.0,
        "Longest a document of the provider is waited for, from the connection to its last byte.",
        unit="s",
        least=0.1,
        most=30,
        low="a slow moment counts as an outage",
        high="requests with new tokens wait for a provider that hangs",
    )
    oidc_keys_s: float = setting(
        600.0,
        "How long the provider's keys are used before they are fetched again; a new one is fetched at once.",
        unit="s",
        least=10,
        most=86_400,
        low="the provider is asked all the time",
        high="a key that it withdrew is believed that long",
    )
    oidc_clock_skew_s: float = setting(
        30.0,
        "How far the provider's clock may differ.",
        unit="s",
        least=0,
        most=300,
        low="fresh tokens are refused",
        high="expired ones are taken that long",
    )
    database_pool: int = setting(
        16,
        "Database connections a process keeps at most.",
        unit="connections",
        least=1,
        most=200,
        low="threads wait for each other",
        high="all processes together pass the server's max_connections",
    )
    database_timeout_s: float = setting(
        10.0,
        "Longest a statement of the web may run, and longest a connection is waited for.",
        unit="s",
        least=0.5,
        most=300,
        low="slow moments become errors",
        high="a stuck statement holds its thread",
    )
    redis_timeout_s: float = setting(
        10.0,
        "Longest an answer of Redis is waited for.",
        unit="s",
        least=0.5,
        most=300,
        low="a busy moment counts as an outage",
        high="an outage is noticed late",
    )
    lease_s: float = setting(
        8.0,
        "How long a claimed job belongs to its worker without a sign of life. The database ends a worker's "
        "transaction that is silent as long.",
        unit="s",
        least=1,
        most=600,
        low="a short stall gives the job to a second worker",
        high="a dead worker's job waits that long",
    )
    job_deadline_s: float = setting(
        60.0,
        "Longest a plan may be worked on in one attempt.",
        unit="s",
        least=1,
        most=3600,
        low="large plans fail",
        high="a stuck solve blocks a worker thread",
    )
    max_attempts: int = setting(
        5,
        "Attempts before a job whose errors are not permanent is failed for good.",
        unit="attempts",
        least=1,
        most=50,
        low="a short outage fails jobs",
        high="a poison job kills many workers",
    )
    retry_base_s: float = setting(
        0.5,
        "Wait before the second attempt; doubles with each further one, with jitter, up to 60 s.",
        unit="s",
        least=0.01,
        most=60,
        low="retries hammer a server that is down",
        high="a short hiccup costs long",
    )
    relay_sweep_s: float = setting(
        0.5,
        "How often the relay looks for messages, rescues and retries without being woken.",
        unit="s",
        least=0.05,
        most=60,
        low="the database is polled for nothing",
        high="retries and rescues start late",
    )
    resend_s: float = setting(
        5.0,
        "How long a message may be on its way before the relay sends it again.",
        unit="s",
        least=0.5,
        most=600,
        low="busy workers are sent jobs twice, which costs them a look at the row",
        high="what Redis loses is missed that long",
    )
    worker_threads: int = setting(
        2,
        "Jobs a worker process works on at a time.",
        unit="threads",
        least=1,
        most=64,
        low="a core idles while a job waits for the database",
        high="solves slow each other down",
    )
    wait_most_s: float = setting(
        15.0,
        "Longest that `Prefer: wait` is honoured.",
        unit="s",
        least=0,
        most=120,
        low="clients poll instead",
        high="waiting requests hold web threads",
    )
    event_streams: int = setting(
        4,
        "Event streams a web process holds open at a time, each with a thread; never more than half of its "
        "threads. Whoever comes beyond that is told the present state and comes again.",
        unit="streams",
        least=0,
        most=1024,
        low="clients poll instead",
        high="streams leave few threads for requests",
    )
    event_stream_s: float = setting(
        15.0,
        "Longest an event stream is held open before its client has to come again.",
        unit="s",
        least=0.1,
        most=600,
        low="clients connect again and again",
        high="a stopping web process waits for its streams, and cuts them off after 20 s",
    )
    event_look_s: float = setting(
        5.0,
        "How often an event stream looks at its job's row without being told, and shows that it is alive.",
        unit="s",
        least=0.05,
        most=60,
        low="the database is polled for nothing",
        high="what Redis loses is missed that long, and proxies may cut a silent stream off",
    )
    webhook_timeout_s: float = setting(
        10.0,
        "Longest a webhook's receiver is waited for, from the connection to the end of its answer's headers.",
        unit="s",
        least=1,
        most=60,
        low="slow receivers are told again and again",
        high="silent ones keep the others waiting",
    )
    webhook_allowed_hosts: str = setting(
        "",
        "Receivers of webhooks off the public Internet, as origin=address with commas between them, as in "
        "https://hooks.base.mil=10.20.0.7: the one address to connect to. Here http is allowed too.",
    )
    body_most_bytes: int = setting(
        262_144,
        "Largest request body.",
        unit="bytes",
        least=1024,
        most=16_777_216,
        low="long requests are refused",
        high="large bodies cost memory",
    )
    web_processes: int = setting(
        1,
        "Web processes of one `web` line.",
        unit="processes",
        least=1,
        most=64,
        low="one core serves all",
        high="more database connections",
    )
    web_threads: int = setting(
        16,
        "Requests a web process works on at a time.",
        unit="threads",
        least=1,
        most=256,
        low="waiting requests block others",
        high="more database connections are asked for than the pool has",
    )
    rate_address: int = setting(
        12_000,
        "Requests a minute from one IP address, or one /64 network of IPv6; a login counts as 20.",
        unit="requests",
        least=1,
        most=100_000_000,
        low="members behind one address are refused",
        high="one machine can keep the service busy",
    )
    rate_account: int = setting(
        3_000,
        "Requests a minute of one account.",
        unit="requests",
        least=1,
        most=100_000_000,
        low="an app that polls is refused",
        high="one account can keep the service busy",
    )
    rate_tenant: int = setting(
        600_000,
        "Requests a minute of all of a tenant's members together.",
        unit="requests",
        least=1,
        most=100_000_000,
        low="a busy morning is refused",
        high="one tenant can keep the service busy",
    )
    trusted_proxies: int = setting(
        0,
        "Proxies before the web processes that add to X-Forwarded-For and set X-Forwarded-Proto.",
        unit="proxies",
        least=0,
        most=10,
        low="all members share the proxy's address and its rate",
        high="a client can pretend to be of any address",
    )
    cors_origins: str = setting(
        "",
        "Origins whose pages may call the interface from a browser, as https://app.example.mil with commas "
        "between them. Empty: none.",
    )
    most_waiting: int = setting(
        10_000,
        "Requests of one tenant that may wait at once, where the tenant has no number of its own; more are "
        "answered 429.",
        unit="jobs",
        least=1,
        most=10_000_000,
        low="a short burst is refused",
        high="a tenant's members wait long behind each other",
    )
    job_retention_days: int = setting(
        30,
        "Days a finished job is kept.",
        unit="days",
        least=1,
        most=3650,
        low="clients find their job gone",
        high="the table grows",
    )
    nightly_at: str = setting(
        "00:30",
        "When a tenant's night starts, as HH:MM of its time zone; before midnight it leads to the next day.",
    )
    ready_by: str = setting(
        "05:00", "When everybody's plans shall be ready, as HH:MM of the tenant's time zone."
    )
    nightly_ahead_days: int = setting(
        2,
        "Days that a plan must still cover from the day on that a night leads to; else the next one is made.",
        unit="days",
        least=1,
        most=7,
        low="the next menu comes on the eve of its first day",
        high="the last days of a menu are planned twice",
    )
    chunk_members: int = setting(
        100,
        "Members of a chunk of a night: what a worker takes at a time and saves in one transaction.",
        unit="members",
        least=1,
        most=5_000,
        low="programs are loaded again for each chunk",
        high="a chunk outlives job_deadline_s, and a lost worker costs much",
    )
    batch_yields_s: float = setting(
        2.0,
        "No chunk of a night starts while somebody's own request has waited longer than that.",
        unit="s",
        least=0.05,
        most=3600,
        low="a short burst holds the night up",
        high="the night slows people down",
    )
    archive_url: str = setting(
        "",
        "Where past plans and jobs are archived: file:///folder, or s3://bucket/prefix?region=…&endpoint=… "
        "with the customary AWS credentials. Empty: nothing is archived, past plans stay in the database. "
        "`reveille up` with its own PostgreSQL takes a folder beside it.",
    )
    plan_days: int = setting(
        90,
        "Days a plan that is not current is kept in the database, from when it was made, before it is "
        "archived.",
        unit="days",
        least=1,
        most=3650,
        low="many reads go to the archive",
        high="the database grows by all plans of that time",
    )
    archive_retention_days: int = setting(
        1095,
        "Days the archive keeps plans and jobs, where the tenant has no number of its own; then their files "
        "are deleted.",
        unit="days",
        least=1,
        most=36_500,
        low="members find old plans gone",
        high="the archive grows, and holds more on members than is needed",
    )
    autoscale_pools: str = setting(
        "interactive,batch",
        "Pools that `reveille autoscale` decides on, with commas between them: interactive, batch, web. "
        "`reveille up --workers N` takes interactive out, `--batch-workers N` batch.",
    )
    autoscale_policy: str = setting(
        "", "TOML file with the policy of each pool, as docs/scaling.md has it. Empty: its defaults."
    )
    web_address: str = setting(
        "",
        "Address of the web processes as the autoscaler reaches their /metrics, as http://web:8000, for the "
        "pool web. `reveille up` sets it. Empty: unknown.",
    )
    log_level: str = setting("info", "One of debug, info, warning, error.")
    metrics_port: int = setting(
        0,
        "Port at which a worker, a relay, a scheduler or an autoscaler tells its own numbers to Prometheus; "
        "0: none. For containers: on one machine the web tells those of all. The autoscaler answers KEDA "
        "there too.",
        unit="port",
        least=0,
        most=65_535,
        low="negative ports do not exist",
        high="there are no higher ports",
    )
    metrics_host: str = setting(
        "127.0.0.1", "The address of that port; 0.0.0.0 where a container has its own."
    )
    traces_url: str = setting(
        "",
        "Where traces are sent by OTLP over HTTP, as http://collector:4318/v1/traces. Empty: none are made.",
    )
    traces_share: float = setting(
        0.01,
        "Share of requests whose traces are sent; one that comes with a trace of its caller follows that.",
        unit="share",
        least=0,
        most=1,
        low="a fault may have no trace",
        high="each request costs some 0.1 ms and a message",
    )
    alive_path: str = setting(
        "",
        "A file that workers, relays and schedulers touch every few seconds: a probe that finds it older "
        "than two minutes may start the process again. Each process needs one of its own. Empty: none.",
    )

    def validate(self) -> Settings:
        """Return self, or raise `SettingsError` naming every setting out of its contract."""
        faults = [fault for f in fields(self) if (fault := _range_fault(f, getattr(self, f.name)))]
        for name in ("database_url", "web_database_url"):
            url = getattr(self, name)
            if url and not url.startswith(("postgresql://", "postgresql+psycopg://")):
                faults.append(f"{PREFIX}{name.upper()} must start with postgresql://")
        for name in ("shard_urls", "web_shard_urls", "replica_urls", "web_replica_urls"):
            try:
                (urls_of if "shard" in name else replicas_of)(getattr(self, name))
            except SettingsError as error:
                faults.append(f"{PREFIX}{name.upper()} {error}")
        if self.redis_url and not self.redis_url.startswith(("redis://", "rediss://", "unix://")):
            faults.append(f"{PREFIX}REDIS_URL must start with redis://, rediss:// or unix://")
        try:
            if self.archive_url:
                checked(self.archive_url)
        except SettingsError as error:
            faults.append(str(error))
        try:
            if self.root_keys:
                root_keys(self.root_keys)
        except SettingsError as error:
            faults.append(str(error))
        if self.oidc_issuer and not self.oidc_audience:
            faults.append(f"{PREFIX}OIDC_AUDIENCE is needed where {PREFIX}OIDC_ISSUER is set")
        try:
            allowed_of(self.webhook_allowed_hosts)
        except BadReceiver as error:
            faults.append(f"{PREFIX}WEBHOOK_ALLOWED_HOSTS: {error}")
        for name in ("nightly_at", "ready_by"):
            if not CLOCK_TIME.fullmatch(getattr(self, name)):
                faults.append(
                    f"{PREFIX}{name.upper()} must be a time of day as 05:00, not {getattr(self, name)!r}"
                )
        if self.nightly_at == self.ready_by:
            faults.append(
                f"{PREFIX}NIGHTLY_AT must differ from {PREFIX}READY_BY, which leaves the night its time"
            )
        if self.log_level not in ("debug", "info", "warning", "error"):
            faults.append(f"{PREFIX}LOG_LEVEL must be debug, info, warning or error, not {self.log_level!r}")
        if faults:
            raise SettingsError("; ".join(faults))
        return self

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Settings:
        """Read the settings from `environ`; what is absent has its default.

        Raises
        ------
        SettingsError
            For a value of the wrong type or out of range, and for a `REVEILLE_…_FILE` that cannot be read.
        """
        hints = get_type_hints(cls)
        values: dict[str, Any] = {}
        for f in fields(cls):
            text = _text_of(f.name, environ)
            if text is not None:
                values[f.name] = _parse(f.name, hints[f.name], text)
        return cls(**values).validate()

    def environment(self) -> dict[str, str]:
        """The settings that differ from their defaults, as environment variables for a child process."""
        changed = (f for f in fields(self) if getattr(self, f.name) != f.default)
        return {PREFIX + f.name.upper(): _as_text(getattr(self, f.name)) for f in changed}


def urls_of(text: str) -> dict[str, str]:
    """The addresses of shards by their names.

    >>> urls_of("east=postgresql://one/reveille west=postgresql://two/reveille")["west"]
    'postgresql://two/reveille'

    Raises
    ------
    SettingsError
        When it is not name=address pairs with blanks between them.
    """
    found: dict[str, str] = {}
    for name, url in _named_urls(text):
        if name in found:
            raise SettingsError(f"names the shard {name} twice")
        found[name] = url
    return found


def replicas_of(text: str) -> dict[str, list[str]]:
    """The addresses of replicas by their shards' names.

    >>> replicas_of("main=postgresql://one/reveille main=postgresql://two/reveille")
    {'main': ['postgresql://one/reveille', 'postgresql://two/reveille']}

    Raises
    ------
    SettingsError
        When it is not shard=address pairs with blanks between them.
    """
    found: dict[str, list[str]] = {}
    for name, url in _named_urls(text):
        found.setdefault(name, []).append(url)
    return found


def _named_urls(text: str) -> Iterator[tuple[str, str]]:
    for pair in text.split():
        name, _, url = pair.partition("=")
        if not SHARD_NAME.fullmatch(name) or not url.startswith(("postgresql://", "postgresql+psycopg://")):
            raise SettingsError("must be name=postgresql://… pairs with blanks between them")
        yield name, url


def _text_of(name: str, environ: Mapping[str, str]) -> str | None:
    variable = PREFIX + name.upper()
    if variable in environ:
        return environ[variable]
    path = environ.get(variable + "_FILE")
    if path is None:
        return None
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingsError(f"{variable}_FILE: {path} cannot be read: {error.strerror}") from error


def _parse(name: str, kind: type, text: str) -> object:
    if kind is bool:
        if text.lower() in ("1", "true", "yes", "on"):
            return True
        if text.lower() in ("0", "false", "no", "off"):
            return False
        raise SettingsError(f"{PREFIX}{name.upper()} must be true or false, not {text!r}")
    try:
        return kind(text)
    except ValueError:
        words = {int: "a whole number", float: "a number"}
        raise SettingsError(f"{PREFIX}{name.upper()} must be {words[kind]}, not {text!r}") from None


def _range_fault(declared: dataclasses.Field[Any], value: Any) -> str:
    least, most = declared.metadata["least"], declared.metadata["most"]
    if least is not None and not least <= value <= most:
        unit = declared.metadata["unit"]
        return f"{PREFIX}{declared.name.upper()} must be {range_text(least, most)} {unit}, not {value:g}"
    return ""


def _as_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
