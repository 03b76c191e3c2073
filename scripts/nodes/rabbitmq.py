"""RabbitMQ of Debian's package rabbitmq-server, apart from the system's own installation."""
import base64
import os
import random
import signal
import socket
import ssl
import subprocess
import urllib.request

from node import Failure, Node, STOP_SECONDS, accepts, is_alive

CONTROL_SECONDS = 120


class RabbitMQ(Node):
    """One node, with the management plugin and its own epmd (Erlang's name server, which nodes share by default)."""

    name = "rabbitmq"
    title = "RabbitMQ"
    node = "debias@localhost"

    # Programs.

    @staticmethod
    def program(name):
        # /usr/sbin holds wrappers that demand the user rabbitmq and the system's folders.
        for folder in ("/usr/lib/rabbitmq/bin", "/usr/local/sbin"):
            if os.path.exists(os.path.join(folder, name)):
                return os.path.join(folder, name)
        raise Failure(f"{name} is missing: scripts/setup tests installs it (Debian's package rabbitmq-server)")

    @staticmethod
    def epmd_program():
        for folder in os.environ.get("PATH", "").split(":") + ["/usr/bin", "/usr/lib/erlang/bin"]:
            if folder and os.access(os.path.join(folder, "epmd"), os.X_OK):
                return os.path.join(folder, "epmd")
        raise Failure("epmd is missing: scripts/setup tests installs it (Debian's package erlang-base)")

    def command(self):
        return [self.program("rabbitmq-server")]

    def environment(self):
        ports = self.state["ports"]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("RABBITMQ_")}
        environment.pop("NOTIFY_SOCKET", None)
        environment.update({
            "HOME": self.folder,
            "ERL_EPMD_PORT": str(ports["epmd"]),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_CRASH_DUMP": self.path("log", "erl_crash.dump"),
            "RABBITMQ_NODENAME": self.node,
            "RABBITMQ_DIST_PORT": str(ports["distribution"]),
            "RABBITMQ_MNESIA_BASE": self.path("data"),
            "RABBITMQ_LOG_BASE": self.path("log"),
            "RABBITMQ_CONF_ENV_FILE": self.path("rabbitmq-env.conf"),
            "RABBITMQ_CONFIG_FILE": self.path("rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": self.path("advanced.config"),
            "RABBITMQ_GENERATED_CONFIG_DIR": self.path("data", "config"),
            "RABBITMQ_SCHEMA_DIR": self.path("data", "schema"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": self.path("enabled_plugins"),
            "RABBITMQ_PID_FILE": self.path("data", "node.pid"),
            # The script then becomes the server instead of waiting for the server: its pid is the server's.
            "RABBITMQ_ALLOW_INPUT": "1",
            "RABBITMQ_SERVER_START_ARGS": "-noinput -start_epmd false",
            # Idle schedulers sleep at once instead of spinning.
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS":
                "-kernel inet_dist_use_interface {127,0,0,1} +sbwt none +sbwtdcpu none +sbwtdio none",
        })
        return environment

    def urls(self):
        ports = self.state["ports"]
        urls = {
            "amqp": f"amqp://guest:guest@127.0.0.1:{ports['amqp']}",
            "management": f"http://guest:guest@127.0.0.1:{ports['management']}",
        }
        if "tls" in ports:
            urls["amqps"] = f"amqps://guest:guest@localhost:{ports['tls']}"
            urls["certificate_authority"] = self.path("tls", "ca.pem")
        return urls

    # Preparation of the folder.

    def port_names(self):
        return ["amqp", "management", "distribution", "epmd"] + (["tls"] if self.tls else [])

    def configure(self):
        ports = self.state["ports"]
        cookie = self.path(".erlang.cookie")
        if not os.path.exists(cookie):
            self.write(".erlang.cookie", f"{random.SystemRandom().getrandbits(128):032x}", 0o400)
        self.write("rabbitmq-env.conf", "")
        self.write("enabled_plugins", "[rabbitmq_management].\n")
        # As the README recommends before RabbitMQ 3.12.
        self.write("advanced.config", "[{rabbit, [{queue_index_max_journal_entries, 4096}]}].\n")
        settings = [
            f"listeners.tcp.1 = 127.0.0.1:{ports['amqp']}",
            "management.tcp.ip = 127.0.0.1",
            f"management.tcp.port = {ports['management']}",
            "collect_statistics_interval = 1000",
            "log.console = false",
        ]
        if "tls" in ports:
            self.make_certificates()
            settings += [
                f"listeners.ssl.1 = 127.0.0.1:{ports['tls']}",
                f"ssl_options.cacertfile = {self.path('tls', 'ca.pem')}",
                f"ssl_options.certfile = {self.path('tls', 'server.crt')}",
                f"ssl_options.keyfile = {self.path('tls', 'server.key')}",
                "ssl_options.verify = verify_none",
                "ssl_options.fail_if_no_peer_cert = false",
            ]
        self.write("rabbitmq.conf", "\n".join(settings) + "\n")

    # Running.

    def before_start(self):
        if is_alive(self.state.get("epmd_pid"), self.folder):
            return
        # Not as a daemon, which this process could not watch.
        port = self.state["ports"]["epmd"]
        self.state["epmd_pid"] = self.spawn(
            "epmd", [self.epmd_program(), "-port", str(port), "-address", "127.0.0.1"])
        self.wait_until(lambda: accepts(port), "epmd", "epmd")

    def after_end(self):
        pid = self.state.get("epmd_pid")
        if is_alive(pid, self.folder):
            os.kill(pid, signal.SIGTERM)
            self.wait_for_end(pid, STOP_SECONDS)

    def log_files(self):
        return [f"{self.node}.log"]

    def is_ready(self):
        ports = self.state["ports"]
        return greets(ports["amqp"]) and ("tls" not in ports or greets(ports["tls"], tls=True)) and self.manages()

    def manages(self):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.state['ports']['management']}/api/overview",
            headers={"Authorization": "Basic " + base64.b64encode(b"guest:guest").decode()})
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def control(self, arguments):
        done = subprocess.run(
            [self.program("rabbitmqctl"), "-n", self.node, *arguments], env=self.environment(), cwd=self.folder,
            capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=CONTROL_SECONDS)
        return {"status": done.returncode, "output": done.stdout + done.stderr}


def greets(port, tls=False):
    """Whether an AMQP server answers the protocol header."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            if tls:
                context = ssl.create_default_context()
                context.check_hostname = False
                context.verify_mode = ssl.CERT_NONE
                connection = context.wrap_socket(connection)
            connection.sendall(b"AMQP\x00\x00\x09\x01")
            return connection.recv(1) == b"\x01"
    except OSError:
        return False
