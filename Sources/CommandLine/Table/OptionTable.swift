package import Authentication

/// All options of saslauthd, in the order of the usage.
///
/// What stands here is parsed from command lines and settings files, checked, shown by `-h`, `--check` and shells' completion, and
/// where it is a `ServiceOption` handed on to the frontend. Its value is read under its name here: in the master from `Settings`, in
/// the frontend from `ServiceOptions`, which have nothing else.
package struct OptionTable: Sendable {
    /// The run directory where `-m` is not given.
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
            Selects the authentication mechanism to use. Given again, they are asked in this order; NAME:realm=REALM and \
            NAME:service=SERVICE are asked about such requests.
            """
    )
    package let caches = ServiceOption<Bool>(
        "-c",
        "Enable credential caching: an accepted password is accepted again for a while without asking the mechanism."
    )
    let isDebugging = MasterOption<Bool>("-d", "Debugging (don't detach from tty, implies -V)")
    let staysInForeground = MasterOption<Bool>("-f", "Foreground: don't detach from tty")
    let asksForHelp = MasterOption<Bool>("-h", "Show this help.")
    /// Of Cyrus saslauthd: there is no accept lock to leave out.
    let leavesAcceptLock = MasterOption<Bool>("-l", "Accepted and without effect: there is no accept lock.")
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
            Alternate path for the saslauthd working directory, must be absolute. May be given again: each directory gets a \
            socket.
            """
    )
    package let workers = ServiceOption<Int?>(
        "-n",
        .pieces,
        called: "procs",
        0...1024,
        standard: MechanismTraits.defaults(\.workers),
        "Largest number of workers. Enter `0' for a new worker for each request."
    )
    let mechanismOptionWords = MasterOption<[String]>(
        "-O",
        called: "option",
        keepsEquals: true,
        standard: [],
        nil,
        completion: .files,
        help: "Optional argument to pass to the authentication mechanism, that of the -a before it."
    )
    package let joinsRealm = ServiceOption<Bool>(
        "-r",
        "Combine the realm with the login before passing to the authentication mechanism: login@realm"
    )
    /// Its range counts only with `-c`.
    package let cacheSize = ServiceOption<Int>("-s", .kilobytes, nil, standard: 2560, "Cache size.")
    /// Its range counts only with `-c`.
    package let cacheLifetime = ServiceOption<Int>("-t", .seconds, nil, standard: 600, "Cache timeout.")
    let asksForVersion = MasterOption<Bool>("-v", "Show version and mechanisms, and exit.")
    package let isVerbose = ServiceOption<Bool>("-V", "Verbose: log successes and what happens inside.")

    // MARK: Names

    package let allowedGroups = MasterOption<[String]>(
        "--allow-group",
        called: "name",
        standard: [],
        "everyone who can reach the socket",
        completion: .groups,
        help: "Members of this group may ask; may be given again."
    )
    package let allowedUsers = MasterOption<[String]>(
        "--allow-user",
        called: "name",
        standard: [],
        "everyone who can reach the socket",
        completion: .accounts,
        help: "This account may ask; may be given again."
    )
    package let cacheGrace = ServiceOption<Int>(
        "--cache-grace",
        .seconds,
        0...31_536_000,
        standard: 0,
        "How long a cached password is accepted while the mechanism cannot check passwords."
    )
    let check = MasterOption<CheckTarget?>(
        "--check",
        called: "login",
        help: """
            Check options and environment without starting. With a login: ask the mechanism about it, without a daemon, and show \
            each step; asks for the password.
            """
    )
    package let checkedService = MasterOption<String>(
        "--check-service",
        called: "name",
        standard: "smtp",
        "smtp",
        help: "The service that --check names."
    )
    let completionShell = MasterOption<CompletionShell?>(
        "--generate-completion-script",
        called: "shell",
        .choice(CompletionShell.allCases.map(\.rawValue)),
        standard: nil,
        nil,
        isHidden: true,
        help: "Print what completes these options in a shell."
    )
    package let log = ServiceOption<LogTarget?>(
        "--log",
        standard: "stderr with -d and -f, else the journal where there is one, else syslog",
        "Where to log."
    )
    package let logFormat = ServiceOption<LogFormat>(
        "--log-format",
        standard: .text,
        "Text, or an object of JSON in each line."
    )
    package let logPrefix = ServiceOption<LogPrefix>(
        "--log-prefix",
        standard: .blank,
        """
        What stands before the text of a line: blanks, as in Cyrus saslauthd since 2.1.27, or the names of its functions, which \
        logwatch and old filters match.
        """
    )
    package let logsSuccess = ServiceOption<Bool>("--log-success", "Log successes without -V.")
    package let maximumConnections = ServiceOption<Int>(
        "--max-connections",
        .pieces,
        8...1_000_000,
        standard: 1024,
        "Largest number of clients' connections."
    )
    package let maximumDelay = ServiceOption<Int>(
        "--max-delay",
        .seconds,
        0...60,
        standard: 8,
        "The longest delay of a refusal."
    )
    package let maximumField = ServiceOption<Int>(
        "--max-field",
        .bytes,
        256...8160,
        standard: 256,
        "Longest login, password, service or realm: 256 to 8160."
    )
    package let maximumMemory = ServiceOption<Int>(
        "--max-memory",
        .megabytes,
        0...1_000_000,
        standard: 256,
        "A worker that has grown beyond it is replaced; 0: never."
    )
    package let maximumRequests = ServiceOption<Int?>(
        "--max-requests",
        .pieces,
        0...1_000_000_000,
        standard: MechanismTraits.defaults(\.requests),
        "A worker is replaced after so many requests; 0: never."
    )
    let mechanismDirectoryWord = MasterOption<String?>(
        "--mechanism-directory",
        called: "path",
        standard: nil,
        nil,
        completion: .directories,
        help: "Where the mechanisms' programs are."
    )
    package let metrics = MasterOption<MetricsAddress?>(
        "--metrics",
        called: "address:port or path",
        .checked(expected: "an address with a port, or an absolute path", MetricsAddress.complaint),
        standard: nil,
        "nowhere",
        help: "Offer metrics to Prometheus."
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
        "How long a client may take to ask."
    )
    let settings = MasterOption<[String]>(
        "--settings",
        called: "file",
        takesAnyWord: true,
        standard: [],
        nil,
        completion: .files,
        help: """
            A file of options: /etc/default/saslauthd for instance. A `-' before its name: it may be missing. Of several the first \
            that is there counts.
            """
    )
    package let socketGroup = MasterOption<String?>(
        "--socket-group",
        called: "name",
        standard: nil,
        "the daemon's",
        completion: .groups,
        help: "The group of the socket."
    )
    package let socketMode = MasterOption<FileMode>(
        "--socket-mode",
        called: "mode",
        .checked(expected: "an octal number from 0 to 0777", FileMode.complaint),
        standard: FileMode(bits: 0o777),
        "0777",
        help: "The permissions of the socket."
    )
    package let throttle = ServiceOption<Switch>("--throttle", standard: .on, "Slow down password guessing.")
    /// Where it is not given the master hands on what the mechanisms need.
    package let chosenTimeout = ServiceOption<Int?>(
        "--timeout",
        .seconds,
        1...3600,
        standard: MechanismTraits.defaults(\.timeout),
        "How long a mechanism may take."
    )
    package let unavailable = ServiceOption<UnavailablePolicy>(
        "--unavailable",
        standard: .tempfail,
        "What a client gets when there is no verdict: a temporary failure, or NO."
    )
    package let user = MasterOption<String?>(
        "--user",
        called: "name",
        standard: nil,
        "saslauth, or nobody",
        completion: .accounts,
        help: "Account of the processes that need not be root."
    )

    /// The table.
    package static let all = OptionTable()

    /// Its rows, in their order: each option that is declared above.
    package static let rows = rows(of: all)
    static let serviceRows = rows.filter(\.isForFrontend)
    static let parser = WordParser(rows)

    /// The rows of the options that a table declares, in their order.
    static func rows(of table: some Sendable) -> [OptionRow] {
        Mirror(reflecting: table).children.compactMap { ($0.value as? any TableEntry)?.row }
    }
}
