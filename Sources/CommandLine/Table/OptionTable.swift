package import Authentication

/// All options of saslauthd, in the order of the usage.
///
/// The table drives the parsing and checking of command lines and settings files, the usage, `--check` and shell
/// completion. A `ServiceOption` is also passed to the frontend. Values are read by their names here: in the master
/// from `Settings`, in the frontend from `ServiceOptions`.
package struct OptionTable: Sendable {
    /// The run directory without `-m`.
    static let defaultDirectory = "/var/run/saslauthd"

    // MARK: Letters

    let mechanismWords = MasterOption<[String]>(
        "-a",
        called: "authmech",
        .checked(expected: "the name of a mechanism", Route.complaint),
        takesAnyWord: false,
        keepsEquals: true,
        standard: [],
        nil,
        completion: .words(MechanismTraits.table.map(\.name)),
        help: """
            Selects the authentication mechanism to use. May be repeated: mechanisms are asked in this order. \
            NAME:realm=REALM and NAME:service=SERVICE limit a mechanism to such requests.
            """
    )
    package let caches = ServiceOption<Bool>(
        "-c",
        "Enable credential caching: accepted logins are accepted again without asking the mechanism, for -t seconds."
    )
    let isDebugging = MasterOption<Bool>("-d", "Debugging (don't detach from tty, implies -V)")
    let staysInForeground = MasterOption<Bool>("-f", "Foreground: don't detach from tty")
    let asksForHelp = MasterOption<Bool>("-h", "Show this help.")
    /// For compatibility with Cyrus saslauthd; there is no accept lock.
    let leavesAcceptLock = MasterOption<Bool>("-l", "Ignored: there is no accept lock.")
    let directoryWords = MasterOption<[String]>(
        "-m",
        called: "path",
        .checked(expected: "an absolute pathname") { text in
            text.hasPrefix("/") ? nil : "-m requires an absolute pathname, not \(text)"
        },
        standard: [],
        Self.defaultDirectory,
        completion: .directories,
        help: """
            Alternate path for the saslauthd working directory, must be absolute. May be repeated: each directory gets \
            a socket.
            """
    )
    package let workers = ServiceOption<Int?>(
        "-n",
        .pieces,
        called: "procs",
        0...1024,
        standard: MechanismTraits.defaults(\.workers),
        "Maximum number of workers. Enter `0' for a new worker for each request."
    )
    let mechanismOptionWords = MasterOption<[String]>(
        "-O",
        called: "option",
        keepsEquals: true,
        standard: [],
        nil,
        completion: .files,
        help: "Optional argument to pass to the authentication mechanism of the preceding -a."
    )
    package let joinsRealm = ServiceOption<Bool>(
        "-r",
        "Combine the realm with the login before passing to the authentication mechanism: login@realm"
    )
    /// Its range is checked only with `-c`.
    package let cacheSize = ServiceOption<Int>("-s", .kilobytes, nil, standard: 2560, "Cache size.")
    /// Its range is checked only with `-c`.
    package let cacheLifetime = ServiceOption<Int>("-t", .seconds, nil, standard: 600, "Cache timeout.")
    let asksForVersion = MasterOption<Bool>("-v", "Show version and mechanisms, and exit.")
    package let isVerbose = ServiceOption<Bool>("-V", "Verbose: log successes and debug messages.")

    // MARK: Names

    package let allowedGroups = MasterOption<[String]>(
        "--allow-group",
        called: "name",
        standard: [],
        "everyone who can reach the socket",
        completion: .groups,
        help: "Allow requests from members of this group; may be repeated."
    )
    package let allowedUsers = MasterOption<[String]>(
        "--allow-user",
        called: "name",
        standard: [],
        "everyone who can reach the socket",
        completion: .accounts,
        help: "Allow requests from this account; may be repeated."
    )
    package let cacheGrace = ServiceOption<Int>(
        "--cache-grace",
        .seconds,
        0...31_536_000,
        standard: 0,
        "How long cached logins stay accepted while the mechanism gives no verdict."
    )
    let check = MasterOption<CheckTarget?>(
        "--check",
        called: "login",
        help: """
            Check options and environment without starting. With a login: prompt for its password, check it without a \
            daemon, and show each step.
            """
    )
    package let checkedService = MasterOption<String>(
        "--check-service",
        called: "name",
        standard: "smtp",
        "smtp",
        help: "The service name of a login that --check checks."
    )
    let completionShell = MasterOption<CompletionShell?>(
        "--generate-completion-script",
        called: "shell",
        .choice(CompletionShell.allCases.map(\.rawValue)),
        standard: nil,
        nil,
        isHidden: true,
        help: "Print a shell's completion script for these options."
    )
    package let dovecot = MasterOption<[DovecotListener]>(
        "--dovecot",
        called: "path,key=value",
        .checked(expected: "an absolute path, then key=value after commas", DovecotListener.complaint),
        standard: [],
        nil,
        completion: .files,
        help: """
            Serve Dovecot's authentication protocol on a socket, for Postfix and Exim. Keys: user, group, mode, \
            mechanisms, deadline, unavailable, hold. May be repeated.
            """
    )
    package let log = ServiceOption<LogTarget?>(
        "--log",
        standard: "stderr with -d or -f, otherwise the journal, or syslog without one",
        "Where to log."
    )
    package let logFormat = ServiceOption<LogFormat>(
        "--log-format",
        standard: .text,
        "Text, or one JSON object per line."
    )
    package let logPrefix = ServiceOption<LogPrefix>(
        "--log-prefix",
        standard: .blank,
        """
        The text before the message: spaces, as in Cyrus saslauthd since 2.1.27, or its function names, which logwatch \
        and old filters match.
        """
    )
    package let logsSuccess = ServiceOption<Bool>("--log-success", "Log successes without -V.")
    package let maximumConnections = ServiceOption<Int>(
        "--max-connections",
        .pieces,
        8...1_000_000,
        standard: 1024,
        "Maximum number of client connections."
    )
    package let maximumDelay = ServiceOption<Int>(
        "--max-delay",
        .seconds,
        0...60,
        standard: 8,
        "Maximum delay of a refusal."
    )
    package let maximumField = ServiceOption<Int>(
        "--max-field",
        .bytes,
        256...8160,
        standard: 256,
        "Maximum length of login, password, service and realm: 256 to 8160."
    )
    package let maximumMemory = ServiceOption<Int>(
        "--max-memory",
        .megabytes,
        0...1_000_000,
        standard: 256,
        "Replace a worker whose memory exceeds this; 0: never."
    )
    package let maximumRequests = ServiceOption<Int?>(
        "--max-requests",
        .pieces,
        0...1_000_000_000,
        standard: MechanismTraits.defaults(\.requests),
        "Replace a worker after this many requests; 0: never."
    )
    let mechanismDirectoryWord = MasterOption<String?>(
        "--mechanism-directory",
        called: "path",
        standard: nil,
        nil,
        completion: .directories,
        help: "Directory of the mechanisms' programs."
    )
    package let metrics = MasterOption<MetricsAddress?>(
        "--metrics",
        called: "address:port or path",
        .checked(expected: "an address with a port, or an absolute path", MetricsAddress.complaint),
        standard: nil,
        "nowhere",
        help: "Serve metrics for Prometheus."
    )
    package let nextOn = ServiceOption<NextPolicy>(
        "--next-on",
        standard: .unknown,
        "Ask the next mechanism when the user is unknown, or after any refusal."
    )
    package let requestTimeout = ServiceOption<Int>(
        "--request-timeout",
        .seconds,
        1...3600,
        standard: 10,
        "How long a client may take to send its request."
    )
    let settings = MasterOption<[String]>(
        "--settings",
        called: "file",
        takesAnyWord: true,
        standard: [],
        nil,
        completion: .files,
        help: """
            Read options from a file such as /etc/default/saslauthd. With `-' before its name it may be missing. May \
            be repeated: the first file that exists is read.
            """
    )
    package let socketGroup = MasterOption<String?>(
        "--socket-group",
        called: "name",
        standard: nil,
        "the daemon's",
        completion: .groups,
        help: "Group of the socket."
    )
    package let socketMode = MasterOption<FileMode>(
        "--socket-mode",
        called: "mode",
        .checked(expected: "an octal number from 0 to 0777", FileMode.complaint),
        standard: FileMode(bits: 0o777),
        "0777",
        help: "Permissions of the socket."
    )
    package let throttle = ServiceOption<Switch>("--throttle", standard: .on, "Slow down password guessing.")
    /// Without it the master passes the largest default of the mechanisms.
    package let chosenTimeout = ServiceOption<Int?>(
        "--timeout",
        .seconds,
        1...3600,
        standard: MechanismTraits.defaults(\.timeout),
        "How long a mechanism may take for a request."
    )
    package let unavailable = ServiceOption<UnavailablePolicy>(
        "--unavailable",
        standard: .tempfail,
        "Reply when there is no verdict: a temporary failure, or NO."
    )
    package let user = MasterOption<String?>(
        "--user",
        called: "name",
        standard: nil,
        "saslauth, or nobody",
        completion: .accounts,
        help: "Account of unprivileged processes."
    )

    /// The table.
    package static let all = OptionTable()

    /// All rows, in the order of declaration.
    package static let rows = rows(of: all)
    static let serviceRows = rows.filter(\.isForFrontend)
    static let parser = WordParser(rows)

    /// The rows of the options that a table declares, in order.
    static func rows(of table: some Sendable) -> [OptionRow] {
        Mirror(reflecting: table).children.compactMap { ($0.value as? any TableEntry)?.row }
    }
}
