internal import Authentication
internal import Glibc
package import Logging
internal import Platform
internal import Synchronization

/// Where the lines of a process go: the system's log, standard error, or both.
///
/// Lines to the system's log have the shape of the original's: facility auth, and sixteen blanks and a colon before the text.
/// Lines to standard error begin with `saslauthd[PID] :`. Each is one line: control characters are escaped.
///
/// Releases of the original up to 2.1.26 had the name of a C function in the place of the blanks, and on standard error too; those
/// lines have one here whose metadata holds it under `functionKey`.
package final class SystemLog: Sendable {
    /// The key of the metadata that names a function of the original.
    package static let functionKey = "function"

    private let syslog: SyslogSocket?
    private let writesToStandardError: Mutex<Bool>
    private let namesFunctions: Bool
    private let pid = getpid()

    /// - Parameters:
    ///   - syslogPath: the socket of the system's log, `nil` to leave it out.
    ///   - standardError: whether lines go to standard error too, until `leaveStandardError`.
    ///   - namesFunctions: whether the names of functions stand before the text.
    package init(syslogPath: String? = "/dev/log", standardError: Bool, namesFunctions: Bool = false) {
        self.namesFunctions = namesFunctions
        syslog = syslogPath.map(SyslogSocket.init(path:))
        writesToStandardError = Mutex(standardError)
    }

    /// Writes no more to standard error.
    package func leaveStandardError() {
        writesToStandardError.withLock { $0 = false }
    }

    /// A logger that writes here.
    package func logger(_ level: Logger.Level) -> Logger {
        Logger(label: "saslauthd") { _ in Handler(log: self, logLevel: level) }
    }

    fileprivate func write(_ level: Logger.Level, _ message: String, function: String?) {
        let text = Self.oneLine(message)
        let name = namesFunctions ? function.map(Self.padded) : nil
        syslog?.send(severity: Self.severity(of: level), "saslauthd[\(pid)]: \(name ?? Self.blanks): \(text)")
        writesToStandardError.withLock { isOn in
            guard isOn else { return }
            // A standard error that is gone loses lines, nothing else.
            StandardStream.error.write("saslauthd[\(pid)] :\(name.map { $0 + ": " } ?? "")\(text)\n")
        }
    }

    private static let width = 16
    private static let blanks = padded("")

    private static func padded(_ name: String) -> String {
        name + String(repeating: " ", count: max(0, width - name.utf8.count))
    }

    private static func severity(of level: Logger.Level) -> CInt {
        switch level {
        case .trace, .debug: LOG_DEBUG
        case .info: LOG_INFO
        case .notice: LOG_NOTICE
        case .warning: LOG_WARNING
        case .error: LOG_ERR
        case .critical: LOG_CRIT
        }
    }

    private static func oneLine(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return text }
        return text.unicodeScalars.reduce(into: "") { line, scalar in
            if scalar.value < 0x20 || scalar.value == 0x7F {
                line += ByteString([UInt8(scalar.value)]).description
            } else {
                line.unicodeScalars.append(scalar)
            }
        }
    }
}

private struct Handler: LogHandler {
    let log: SystemLog
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    func log(event: LogEvent) {
        log.write(event.level, "\(event.message)", function: event.metadata?[SystemLog.functionKey].map { "\($0)" })
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }
}
