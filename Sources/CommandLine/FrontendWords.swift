/// The command line of saslauthd-frontend: the master encodes it, the frontend decodes it.
///
/// All options of `OptionTable.serviceRows` are included automatically.
package struct FrontendWords: Hashable, Sendable {
    package var service: ServiceOptions
    /// The mechanisms, in the order in which they are asked; at least one.
    package var routes: [Route]
    /// How many listening sockets are passed.
    package var listeners: Int
    /// The sockets for Dovecot's protocol, in the order in which they are passed.
    package var dovecot: [DovecotListener]
    /// Whether sockets for saslauthctl and for metrics are passed.
    package var hasControl: Bool
    package var hasMetrics: Bool
    /// The version of the master; after an upgrade it may start a frontend of another version.
    package var masterVersion: String
    /// When the master started, on the monotonic clock in nanoseconds.
    package var since: UInt64?
    /// How many earlier frontends exited unexpectedly.
    package var restarts = 0
    package var allowedUsers: [UInt32]
    package var allowedGroups: [UInt32]

    package init(
        _ service: ServiceOptions,
        routes: [Route],
        listeners: Int,
        dovecot: [DovecotListener] = [],
        hasControl: Bool = true,
        hasMetrics: Bool = false,
        masterVersion: String,
        since: UInt64?,
        allowedUsers: [UInt32] = [],
        allowedGroups: [UInt32] = []
    ) {
        self.service = service
        self.routes = routes
        self.listeners = listeners
        self.dovecot = dovecot
        self.hasControl = hasControl
        self.hasMetrics = hasMetrics
        self.masterVersion = masterVersion
        self.since = since
        self.allowedUsers = allowedUsers
        self.allowedGroups = allowedGroups
    }

    /// The frontend's arguments that are not options of the daemon.
    private struct Table: Sendable {
        static let all = Table()
        static let rows = OptionTable.rows(of: all)

        let routes = Self.word("--mechanism", standard: [Route]())
        let listeners = Self.word("--listeners", standard: 0)
        let dovecot = Self.word("--dovecot", standard: [DovecotListener]())
        let control = MasterOption<Bool>("--control")
        let metrics = MasterOption<Bool>("--metrics")
        let masterVersion = Self.word("--master-version", standard: "")
        let since = Self.word("--since", standard: UInt64?.none)
        let restarts = Self.word("--restarts", standard: 0)
        let allowedUsers = Self.word("--allow-uid", standard: [UInt32]())
        let allowedGroups = Self.word("--allow-gid", standard: [UInt32]())

        private static func word<Value>(_ name: String, standard: Value) -> MasterOption<Value> {
            let values = AllowedValues.checked(expected: "a value") { text in
                Value(texts: [text]) == nil ? "\(name) \(text) is not understood" : nil
            }
            return MasterOption(name, called: "value", values, standard: standard, nil, help: "")
        }
    }

    /// Parses the words; `nil` if they are not a command line for this version.
    package init?(_ words: [String]) {
        let occurrences: [Occurrence]
        do throws(UsageError) {
            let rows = OptionTable.serviceRows + Table.rows
            occurrences = try WordParser(rows).occurrences(in: words)
            for occurrence in occurrences { try occurrence.check() }
            // As in the daemon: a number out of range that a later one replaces does no harm.
            try Occurrence.checkRanges(occurrences, of: rows)
        } catch {
            return nil
        }
        let given = GivenValues(occurrences)
        let table = Table.all
        service = ServiceOptions(given)
        routes = table.routes.value(in: given)
        listeners = table.listeners.value(in: given)
        dovecot = table.dovecot.value(in: given)
        hasControl = table.control.value(in: given)
        hasMetrics = table.metrics.value(in: given)
        masterVersion = table.masterVersion.value(in: given)
        since = table.since.value(in: given)
        restarts = table.restarts.value(in: given)
        allowedUsers = table.allowedUsers.value(in: given)
        allowedGroups = table.allowedGroups.value(in: given)
        guard !routes.isEmpty, !masterVersion.isEmpty else { return nil }
    }

    /// The words of the command line, without the program's name.
    package var words: [String] {
        var given = GivenValues()
        let table = Table.all
        given[table.routes.row.name] = routes.texts
        given[table.listeners.row.name] = listeners.texts
        given[table.dovecot.row.name] = dovecot.texts
        given[table.control.row.name] = hasControl.texts
        given[table.metrics.row.name] = hasMetrics.texts
        given[table.masterVersion.row.name] = masterVersion.texts
        given[table.since.row.name] = since.texts
        if restarts > 0 { given[table.restarts.row.name] = restarts.texts }
        given[table.allowedUsers.row.name] = allowedUsers.texts
        given[table.allowedGroups.row.name] = allowedGroups.texts
        return given.words(of: Table.rows) + service.words
    }

    /// The words to add for a frontend after `count` others that exited unexpectedly.
    package static func words(restarts count: Int) -> [String] {
        var given = GivenValues()
        given[Table.all.restarts.row.name] = count.texts
        return count > 0 ? given.words(of: Table.rows) : []
    }
}
