internal import Authentication
internal import CMariaDB

/// An open connection to a server, closed in `deinit`.
@safe
struct MySQLConnection: ~Copyable {
    /// The longest packet that is accepted, in bytes; limits the memory that a server can make the process allocate.
    private static let longestPacket: CUnsignedLong = 1 << 20

    let host: DatabaseHost
    private let handle: UnsafeMutablePointer<MYSQL>

    private init(adopting handle: UnsafeMutablePointer<MYSQL>, _ host: DatabaseHost) {
        unsafe self.handle = handle
        self.host = host
    }

    /// Connects to `host` within the timeouts of `settings`.
    static func open(
        _ host: DatabaseHost,
        _ settings: borrowing MySQLSettings
    ) throws(MySQLFailure) -> MySQLConnection {
        guard let handle = unsafe mysql_init(nil) else {
            throw MySQLFailure(number: 0, text: "out of memory for a connection")
        }
        let connection = unsafe MySQLConnection(adopting: handle, host)
        try connection.connect(settings)
        return connection
    }

    private func connect(_ settings: borrowing MySQLSettings) throws(MySQLFailure) {
        set(MYSQL_OPT_CONNECT_TIMEOUT, settings.connectTimeout)
        set(MYSQL_OPT_READ_TIMEOUT, settings.readTimeout)
        set(MYSQL_OPT_WRITE_TIMEOUT, settings.readTimeout)
        set(MYSQL_SET_CHARSET_NAME, settings.charset)
        // A server may ask clients to send local files: refuse.
        set(MYSQL_OPT_LOCAL_INFILE, 0)
        set(MYSQL_OPT_MAX_ALLOWED_PACKET, length: Self.longestPacket)
        if let tls = settings.tls { set(tls) }
        if let plugins = AuthPlugins(for: host, settings.tls, further: settings.authPlugins).list {
            set(MARIADB_OPT_RESTRICTED_AUTH, plugins)
            set(MYSQL_DEFAULT_AUTH, AuthPlugins.first)
        }
        let (database, user) = (settings.database, settings.user)
        let isConnected = unsafe settings.password.withCString { password in
            // SAFETY: the handle is open, and all strings are terminated for the length of the call, which copies them.
            switch host {
            case .socket(let path):
                unsafe mysql_real_connect(handle, nil, user, password, database, 0, path, 0) != nil
            case .network(let name, let port):
                unsafe mysql_real_connect(handle, name, user, password, database, port, nil, 0) != nil
            }
        }
        guard isConnected else {
            let failure = failure
            guard failure.number == UInt32(CR_PLUGIN_NOT_ALLOWED) else { throw failure }
            // The library's own text names the wrong plugin, or contains bytes of another packet.
            throw MySQLFailure(
                number: failure.number,
                text:
                    "the server asks for the database password in a way that would reveal it to an impostor; "
                    + "see auth_plugins= and ssl_ca= in saslauthd-sql(8)"
            )
        }
        // The library falls back to no TLS when it does not have to verify a certificate.
        guard settings.tls?.isRequired != true || cipher != nil else {
            throw MySQLFailure(number: UInt32(CR_SSL_CONNECTION_ERROR), text: "TLS/SSL error: the server offers no TLS")
        }
    }

    /// Prepares a statement, which must not outlive the connection.
    func prepare(_ query: QueryText) throws(MySQLFailure) -> MySQLStatement {
        guard let statement = unsafe mysql_stmt_init(handle) else { throw failure }
        var prepared = unsafe MySQLStatement(adopting: statement, query)
        try prepared.prepare()
        return prepared
    }

    /// Whether the server still answers on this connection.
    var isAlive: Bool {
        // SAFETY: the handle is open.
        unsafe mysql_ping(handle) == 0
    }

    /// The name of the cipher; `nil` when the connection is not encrypted.
    var cipher: String? {
        // SAFETY: the handle is open and owns the result, which is a terminated string.
        unsafe mysql_get_ssl_cipher(handle).map { unsafe String(cString: $0) }
    }

    private var failure: MySQLFailure {
        // SAFETY: the handle is open and owns the result, which is a terminated string.
        unsafe MySQLFailure(number: mysql_errno(handle), text: String(cString: mysql_error(handle)))
    }

    private func set(_ tls: TLSSettings) {
        // A null pointer for a path means OpenSSL's default.
        set(MYSQL_OPT_SSL_ENFORCE, flag: tls.isRequired)
        set(MYSQL_OPT_SSL_VERIFY_SERVER_CERT, flag: tls.isVerified)
        // The library verifies certificates whenever a CA is set.
        let (ca, caPath) = tls.isVerified ? (tls.ca, tls.caPath) : (nil, nil)
        // SAFETY: the handle is open, and the library copies the strings.
        unsafe mysql_ssl_set(handle, tls.key, tls.certificate, ca, caPath, tls.cipher)
    }

    private func set(_ option: mysql_option, _ value: UInt32) {
        var value = value
        // SAFETY: the handle is open, and the option's value is an unsigned number, which the library copies.
        unsafe mysql_options(handle, option, &value)
    }

    private func set(_ option: mysql_option, length: CUnsignedLong) {
        var value = length
        // SAFETY: the handle is open, and the option's value is a long number, which the library copies.
        unsafe mysql_options(handle, option, &value)
    }

    private func set(_ option: mysql_option, flag: Bool) {
        var value: my_bool = flag ? 1 : 0
        // SAFETY: the handle is open, and the option's value is a flag, which the library copies.
        unsafe mysql_options(handle, option, &value)
    }

    private func set(_ option: mysql_option, _ value: String) {
        // SAFETY: the handle is open, and the option's value is a terminated string, which the library copies.
        unsafe value.withCString { _ = unsafe mysql_options(handle, option, $0) }
    }

    deinit {
        // SAFETY: opened by `open`, and closed only here.
        unsafe mysql_close(handle)
    }
}
