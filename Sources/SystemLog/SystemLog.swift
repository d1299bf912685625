internal import Authentication
internal import Glibc
package import Logging
internal import Platform
internal import Synchronization

/// The log of a process: to the journal or syslog, to standard error, or both.
///
/// Lines to syslog have the format of Cyrus saslauthd: facility auth, and sixteen spaces and a colon before the text.
/// Lines to standard error begin with `saslauthd[PID] :`. Control characters are escaped, so each line stays one line.
///
/// Cyrus saslauthd up to 2.1.26 put the name of a C function in the place of the spaces, and on standard error too.
/// Here a line has such a name if its metadata has one under `functionKey`.
///
/// All other metadata are the line's parts: the journal stores them as fields, and `Format.json` shows them.
package final class SystemLog: Sendable {
    /// The metadata key for the name of a function of Cyrus saslauthd.
    ///
    /// Lines of `do_auth` report a verdict and are never suppressed.
    package static let functionKey = "function"

    package enum Format: Sendable {
        case text(namesFunctions: Bool)
        /// One JSON object per line.
        case json
    }

    /// The sockets of the system's log.
    package struct System: Sendable {
        package var syslogPath: String
        /// `nil`: do not use the journal.
        package var journalPath: String?

        package init(syslogPath: String = "/dev/log", journalPath: String? = nil) {
            self.syslogPath = syslogPath
            self.journalPath = journalPath
        }

        package static let syslog = System()
        /// The journal if there is one, otherwise syslog.
        package static let journal = System(journalPath: JournalSocket.path)
    }

    private let syslog: SyslogSocket?
    private let journal: JournalSocket?
    private let standardError: Mutex<StandardErrorLog>
    private let repeats = Mutex(RepeatFilter())
    private let format: Format
    private let pid = getpid()

    /// A log to `system`, if that is not `nil`, and to standard error, if wanted, until `leaveStandardError`.
    package init(_ system: System?, standardError: Bool, format: Format = .text(namesFunctions: false)) {
        self.format = format
        syslog = system.map { SyslogSocket(path: $0.syslogPath) }
        journal = system?.journalPath.flatMap { JournalSocket(path: $0) }
        self.standardError = Mutex(StandardErrorLog(isOn: standardError))
    }

    /// Whether the parts of lines are stored anywhere.
    package var keepsFields: Bool {
        if case .json = format { return true }
        return journal != nil
    }

    /// Stops writing to standard error.
    package func leaveStandardError() {
        standardError.withLock { $0.isOn = false }
    }

    /// A logger that writes to this log.
    package func logger(_ level: Logger.Level) -> Logger {
        Logger(label: "saslauthd") { _ in Handler(log: self, logLevel: level) }
    }

    fileprivate func write(_ record: LogRecord) {
        if record.level >= .info, !record.isDecision {
            let (isAdmitted, reports) = repeats.withLock { $0.admits(record.line, now: .now) }
            for report in reports { deliver(LogRecord(level: record.level, message: report, fields: [:])) }
            guard isAdmitted else { return }
        }
        deliver(record)
    }

    private func deliver(_ record: LogRecord) {
        let (system, standardError) = texts(of: record)
        if journal?.send(journalFields(of: record, system)) != true {
            syslog?.send(severity: record.severity, "saslauthd[\(pid)]: \(system)")
        }
        self.standardError.withLock { $0.write(standardError) }
    }

    /// The line for the system's log and the line for standard error.
    private func texts(of record: LogRecord) -> (system: String, standardError: String) {
        switch format {
        case .text(let namesFunctions):
            let name = namesFunctions ? record.function.map(Self.padded) : nil
            let line = record.line
            return (
                "\(name ?? Self.blanks): \(line)", "saslauthd[\(pid)] :\(name.map { $0 + ": " } ?? "")\(line)"
            )
        case .json:
            let text = record.json(time: LogRecord.now(), pid: pid)
            return (text, text)
        }
    }

    private func journalFields(of record: LogRecord, _ text: String) -> [(name: String, value: String)] {
        [
            ("MESSAGE", text), ("PRIORITY", "\(record.severity)"), ("SYSLOG_FACILITY", "\(CInt(LOG_AUTH) >> 3)"),
            ("SYSLOG_IDENTIFIER", "saslauthd"), ("SYSLOG_PID", "\(pid)"),
        ] + record.parts.map { ("SASLAUTHD_\($0.name.uppercased())", "\($0.value)") }
    }

    private static let width = 16
    private static let blanks = padded("")

    private static func padded(_ name: String) -> String {
        name + String(repeating: " ", count: max(0, width - name.utf8.count))
    }
}

private struct Handler: LogHandler {
    let log: SystemLog
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    func log(event: LogEvent) {
        log.write(LogRecord(level: event.level, message: "\(event.message)", fields: event.metadata ?? [:]))
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }
}
