import Authentication
import Glibc
import MuxProtocol
import Platform
import Prompt

/// The program: sends requests and prints the results.
struct Probe {
    /// The exit code for wrong usage, sysexits(3).
    static let wrongUsage: CInt = 64

    /// The name that the program was called by.
    let name: String
    let console: Console

    /// Runs the program.
    ///
    /// - Parameters:
    ///   - arguments: the command line; wiped.
    ///   - hide: called with the place of each password in it, once it has been copied.
    /// - Returns: the exit code.
    func run(arguments: [[UInt8]], hide: (CommandLineWords.Place) -> Void) -> CInt {
        do {
            defer { for word in arguments { wipe(word.span) } }
            var words = try CommandLineWords(
                arguments,
                shortOptions: ProbeSettings.shortOptions,
                longOptions: ProbeSettings.longOptions
            )
            words.passwords.forEach(hide)
            let settings = try ProbeSettings(words: words.words)
            if let timeLimit = settings.pingTimeLimit {
                return report(Ping(socket: settings.socket, timeLimit: timeLimit))
            }
            return try run(settings, password: words.takePassword() ?? PasswordPrompt.read())
        } catch let error as ProbeUsageError {
            if let script = error.completionScript {
                console.output(script)
                return EXIT_SUCCESS
            }
            if !error.message.isEmpty { console.error("\(name): \(error.message)\n") }
            console.error(usage)
            return Self.wrongUsage
        } catch {
            console.error("\(name): \(error)\n")
            return 2
        }
    }

    /// The three lines of Cyrus's testsaslauthd.
    private var usage: String {
        """
        \(name): usage: \(name) -u username -p password
                      [-r realm] [-s servicename]
                      [-f socket path] [-R repeatnum]

        """
    }

    private func run(_ settings: ProbeSettings, password: consuming Secret) throws(SystemError) -> CInt {
        let request = RequestWriter.request(
            login: settings.login,
            password: password,
            service: settings.service,
            realm: settings.realm,
            address: settings.address
        )
        guard let request else {
            let field = settings.overlongField(passwordCount: password.count) ?? "request"
            console.error("\(name): the \(field) exceeds \(UInt16.max) bytes\n")
            return Self.wrongUsage
        }
        defer { wipe(request.span) }
        guard let concurrency = settings.concurrency else {
            return repeatQuestion(settings.repetitions, Exchange(socket: settings.socket, request: request))
        }
        var progress = Progress(total: settings.repetitions, console: console)
        let load = Load(
            socket: settings.socket,
            request: request,
            total: max(settings.repetitions, 0),
            concurrency: concurrency
        )
        return report(try load.run { progress.show($0) }, of: settings)
    }

    /// Prints a line for each request, as Cyrus's testsaslauthd does; the exit code is that of the last.
    private func repeatQuestion(_ repetitions: Int, _ exchange: Exchange) -> CInt {
        var exchange = exchange
        var last = ProbeOutcome.accepted
        var failures: Set<Failure> = []
        for number in 0..<max(repetitions, 0) {
            console.output("\(number): ")
            last = exchange.run()
            switch last {
            case .accepted: console.output("OK \"Success.\"\n")
            case .refused: console.output("NO \"authentication failed\"\n")
            case .failed(let failure):
                console.error("\(failure)\n")
                failures.insert(failure)
            }
        }
        failures.forEach { hint(at: $0, socket: exchange.socket) }
        return last.exitCode
    }

    private func report(_ summary: Summary, of settings: ProbeSettings) -> CInt {
        if let failure = summary.firstFailure {
            console.error("\(failure)\n")
            hint(at: failure, socket: settings.socket)
        }
        console.output(summary.text)
        return summary.exitCode
    }

    /// Prints one line, which names the socket: monitoring shows it without the command.
    private func report(_ ping: Ping) -> CInt {
        guard let failure = ping.run() else {
            console.output("saslauthd answers on \(ping.socket)\n")
            return 0
        }
        let hint = Hint.line(for: failure, socket: ping.socket).map { "; \($0)" } ?? "; see saslauthd's log"
        console.error("\(name): \(ping.socket): \(failure)\(hint)\n")
        return ProbeOutcome.failed(failure).exitCode
    }

    private func hint(at failure: Failure, socket: String) {
        if let hint = Hint.line(for: failure, socket: socket) { console.error("\(name): \(hint)\n") }
    }
}
