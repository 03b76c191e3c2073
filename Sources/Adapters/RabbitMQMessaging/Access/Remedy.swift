import AMQPClient
import AMQPWire

/// What an operator does about a refusal that waiting does not end.
struct Remedy: Hashable, Sendable {
    /// A sentence, with the command.
    let text: String

    /// The remedy for `error`, in which `connection` names user, virtual host and address; nil when the error is none
    /// that people mend, or says all by itself.
    init?(_ error: AMQPError, _ connection: AMQPConfiguration) {
        let user = Self.user(of: connection)
        let host = Self.quoted(connection.virtualHost)
        let grant = "rabbitmqctl set_permissions -p \(host) \(user) \(Self.patterns)"
        switch error.code {
        case .accessRefused where Self.isOfPermission(error):
            text = "An administrator grants what the pipeline needs by: \(grant)"
        case .accessRefused where Self.isOfLogin(error):
            text =
                "Correct user and password in the address (special characters are percent-encoded: @ is %40, / is %2F), "
                + "or set them on the broker: rabbitmqctl change_password \(user) PASSWORD (add_user where there is no "
                + "such user, then \(grant)). RabbitMQ lets guest log in from its own machine only"
        case .notAllowed where error.message.contains("limit") || error.message.contains("maximum"):
            text =
                "Close other connections (rabbitmqctl list_connections name user vhost), or raise the limit: rabbitmqctl "
                + "set_vhost_limits -p \(host) '{\"max-connections\": -1}', rabbitmqctl set_user_limits \(user) "
                + "'{\"max-connections\": -1}'. The pipeline needs two connections a process"
        case .notAllowed where error.message.contains("not found"):
            text =
                "Correct the virtual host, which is the path of the address (amqp://host/NAME; none is /), or make it: "
                + "rabbitmqctl add_vhost \(host) && \(grant)"
        case .notAllowed where error.replyCode != nil:
            text = "An administrator lets the user into the virtual host by: \(grant)"
        case .tls:
            text =
                "amqps:// is for a port with TLS (5671 as a rule), amqp:// for one without (5672); "
                + "?cacertfile=FILE names the authority that signed the broker's certificate, "
                + "?certfile=FILE&keyfile=FILE the certificate of this side"
        case .protocolViolation where error.message.contains("speak") || error.message.contains("unknown type"):
            text =
                "Correct the port: AMQP has 5672 as a rule (amqp://), or 5671 over TLS (amqps://); 15672 is the management "
                + "page"
        default:
            return nil
        }
    }

    /// `configure`, `write` and `read`: all exchanges and queues of the pipeline, and the default exchange, by which
    /// retries and replays go to a single queue.
    private static let patterns = #"'^events' '^(events|amq\.default)' '^events'"#

    /// Whether the broker refuses the user, the password or a permission; the reply code is that of other refusals too.
    static func isOfLogin(_ error: AMQPError) -> Bool {
        isOfPermission(error) || error.message.contains("ogin") || error.message.contains("connection:")
    }

    /// Whether the user is known, and may not do what was asked.
    static func isOfPermission(_ error: AMQPError) -> Bool {
        error.message.contains("access to ") && error.message.contains(" refused for user")
    }

    private static func user(of connection: AMQPConfiguration) -> String {
        if case .plain(let user, _) = connection.authentication { quoted(user) } else { "USER" }
    }

    /// The text as one word for a shell.
    private static func quoted(_ text: String) -> String {
        let isPlain =
            !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"),
                    UInt8(ascii: "/"):
                    true
                default: false
                }
            }
        return isPlain ? text : "'" + text.replacing("'", with: "'\\''") + "'"
    }
}

extension AMQPError {
    /// The refusal of a permission, with its name, which RabbitMQ leaves out before 3.12; other errors as they are.
    func lacking(_ permission: String) -> AMQPError {
        guard code == .accessRefused, Remedy.isOfPermission(self) else { return self }
        return AMQPError(code, "\(message) (what is lacking is the permission to \(permission))", replyCode: replyCode)
    }
}
