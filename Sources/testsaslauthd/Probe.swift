import Authentication
import DovecotProtocol
import Glibc
import MuxProtocol
import Platform
import Prompt
import SASLExchange

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
                return ping(settings, timeLimit: timeLimit)
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
        let count = password.count
        if let field = settings.overlongField(passwordCount: count) {
            console.error("\(name): the \(field) exceeds \(UInt16.max) bytes\n")
            return Self.wrongUsage
        }
        switch settings.serverProtocol {
        case .mux:
            let request = RequestWriter.request(
                login: settings.login,
                password: password,
                service: settings.service,
                realm: settings.realm,
                address: settings.address
            )
            guard let request else { preconditionFailure("a field is too long") }
            defer { wipe(request.span) }
            return try run(settings, MuxDialogue(request: request))
        case .dovecot(let mechanism):
            let login = DovecotLogin(
                lines: ClientLogin(mechanism, service: settings.service, address: settings.address),
                credentials: ClientCredentials(login: settings.wholeLogin, password: password)
            )
            return try run(settings, login)
        }
    }

    private func run(_ settings: ProbeSettings, _ login: DovecotLogin) throws(SystemError) -> CInt {
        guard login.longestLine <= LineLimit.line else {
            console.error("\(name): the request exceeds \(LineLimit.line) bytes\n")
            return Self.wrongUsage
        }
        let process = UInt32(getpid())
        guard let concurrency = settings.concurrency, settings.connectionUse == .kept else {
            return try run(settings, DovecotDialogue(login, process: process))
        }
        var progress = Progress(total: settings.repetitions, console: console)
        let load = KeptLoad(
            socket: settings.socket,
            login: login,
            process: process,
            total: max(settings.repetitions, 0),
            concurrency: concurrency
        )
        return report(load.run { progress.show($0) }, of: settings)
    }

    /// Sends requests that each have their own connection.
    private func run(_ settings: ProbeSettings, _ dialogue: some Dialogue) throws(SystemError) -> CInt {
        guard let concurrency = settings.concurrency else {
            return repeatQuestion(settings, Exchange(socket: settings.socket, dialogue))
        }
        var progress = Progress(total: settings.repetitions, console: console)
        let load = Load(
            socket: settings.socket,
            beginning: dialogue,
            total: max(settings.repetitions, 0),
            concurrency: concurrency
        )
        return report(try load.run { progress.show($0) }, of: settings)
    }

    /// Prints a line for each request, as Cyrus's testsaslauthd does; the exit code is that of the last.
    private func repeatQuestion(_ settings: ProbeSettings, _ exchange: Exchange<some Dialogue>) -> CInt {
        var exchange = exchange
        var last = ProbeOutcome.accepted
        var failures: Set<Failure> = []
        for number in 0..<max(settings.repetitions, 0) {
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
        failures.forEach { hint(at: $0, settings) }
        return last.exitCode
    }

    private func report(_ summary: Summary, of settings: ProbeSettings) -> CInt {
        if let failure = summary.firstFailure {
            console.error("\(failure)\n")
            hint(at: failure, settings)
        }
        console.output(summary.text)
        return summary.exitCode
    }

    /// Prints one line, which names the socket: monitoring shows it without the command.
    private func ping(_ settings: ProbeSettings, timeLimit: Int) -> CInt {
        do throws(Failure) {
            console.output(try answer(of: settings, timeLimit: timeLimit) + "\n")
            return 0
        } catch {
            let hint = Hint.line(for: error, socket: settings.socket, settings.serverProtocol).map { "; \($0)" }
            console.error("\(name): \(settings.socket): \(error)\(hint ?? "; see saslauthd's log")\n")
            return ProbeOutcome.failed(error).exitCode
        }
    }

    private func answer(of settings: ProbeSettings, timeLimit: Int) throws(Failure) -> String {
        guard case .dovecot = settings.serverProtocol else {
            try Ping(socket: settings.socket, timeLimit: timeLimit).run()
            return "saslauthd answers on \(settings.socket)"
        }
        let ping = DovecotPing(socket: settings.socket, timeLimit: timeLimit, process: UInt32(getpid()))
        return try ping.run().line(socket: settings.socket)
    }

    private func hint(at failure: Failure, _ settings: ProbeSettings) {
        let hint = Hint.line(for: failure, socket: settings.socket, settings.serverProtocol)
        if let hint { console.error("\(name): \(hint)\n") }
    }
}
