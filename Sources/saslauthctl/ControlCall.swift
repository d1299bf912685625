import ArgumentParser
import Authentication
import Glibc
import Platform
import ProcessProtocol

/// One request to a saslauthd, and its answer on standard output.
struct ControlCall {
    /// The exit code when saslauthd rejected the request.
    static let exitRefused: Int32 = 1
    /// The exit code when no saslauthd answers.
    static let exitUnreachable: Int32 = 2
    /// The number of attempts: a frontend that is being replaced closes the connection, and the next one answers.
    private static let tries = 3

    private let request: ControlRequest
    private let socket: String

    init(_ request: ControlRequest, _ target: ControlCommand.Target) {
        self.request = request
        socket = target.socket
    }

    /// Sends the request and prints the answer.
    ///
    /// Throws the exit code if there is no answer or if it is an error.
    func ask() throws {
        let answer: String
        do throws(SystemError) {
            var last = ""
            for _ in 0..<Self.tries where last.isEmpty { last = try exchange() }
            answer = last
        } catch {
            Self.complain(Self.explanation(error))
            throw ExitCode(Self.exitUnreachable)
        }
        switch ControlAnswer(decoding: answer) {
        case nil:
            Self.complain("the saslauthd at \(socket) exited or does not respond; see its log")
            throw ExitCode(Self.exitUnreachable)
        case .failed(let reason):
            Self.complain(reason)
            throw ExitCode(Self.exitRefused)
        case .done(let text): StandardStream.output.write(text)
        }
    }

    private func exchange() throws(SystemError) -> String {
        var exchange = try ControlExchange(request, socket: socket)
        while try !waitForInput(on: [exchange.descriptor], milliseconds: CInt(Patience.call)).isEmpty {
            if let text = try exchange.read() { return PlainText.of(text, keeping: ["\n"]) }
        }
        return ""
    }

    static func complain(_ text: String) {
        StandardStream.error.write("saslauthctl: \(text)\n")
    }

    /// The reason why no saslauthd can be asked; further lines say what to do.
    static func explanation(_ error: SystemError) -> String { "\(error)\(hint(for: error))" }

    private static func hint(for error: SystemError) -> String {
        switch error.number {
        case ENOENT: "\nIs saslauthd running? Use -m for another run directory."
        case ECONNREFUSED: "\nNobody listens on it: saslauthd is not running, or was killed."
        case EACCES: "\nOnly root and the account that started saslauthd may ask."
        default: ""
        }
    }
}
