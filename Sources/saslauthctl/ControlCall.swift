import ArgumentParser
import Authentication
import Glibc
import Platform
import ProcessProtocol

/// One request to a saslauthd, and its answer on standard output.
struct ControlCall {
    /// What saslauthd could not do.
    private static let exitRefused: Int32 = 1
    /// Nobody answers.
    private static let exitUnreachable: Int32 = 2
    /// The longest answer, in bytes.
    private static let longestAnswer = 1 << 24
    /// How often it is asked: a frontend that is being replaced closes the connection, and the next one answers.
    private static let tries = 3

    private let request: ControlRequest
    private let socket: String

    init(_ request: ControlRequest, _ target: ControlCommand.Target) {
        self.request = request
        socket = "\(target.directory)/\(ControlRequest.socketName)"
    }

    /// Asks, and prints the answer; ends the program with the exit code where there is none, or it is an error.
    func ask() throws {
        let answer: String
        do throws(SystemError) {
            var last = ""
            for _ in 0..<Self.tries where last.isEmpty { last = try exchange() }
            answer = last
        } catch {
            complain("\(error)\(Self.hint(for: error, socket: socket))")
            throw ExitCode(Self.exitUnreachable)
        }
        switch ControlAnswer(decoding: answer) {
        case nil:
            complain("the saslauthd at \(socket) has ended, or does not answer; see its log")
            throw ExitCode(Self.exitUnreachable)
        case .failed(let reason):
            complain(reason)
            throw ExitCode(Self.exitRefused)
        case .done(let text): StandardStream.output.write(text)
        }
    }

    private func exchange() throws(SystemError) -> String {
        let connection = try UnixSocket.connect(to: socket)
        try connection.writeAll(request.encoded().span)
        var bytes: [UInt8] = []
        while try !waitForInput(on: [connection.rawValue], milliseconds: CInt(Patience.call)).isEmpty {
            if try connection.read(into: &bytes, limit: 65_536) == 0 || bytes.count > Self.longestAnswer { break }
        }
        return PlainText.of(String(decoding: bytes.prefix(Self.longestAnswer), as: UTF8.self), keeping: ["\n"])
    }

    private func complain(_ text: String) {
        StandardStream.error.write("saslauthctl: \(text)\n")
    }

    private static func hint(for error: SystemError, socket: String) -> String {
        switch error.number {
        case ENOENT: "\nIs saslauthd running? Another run directory is named with -m."
        case ECONNREFUSED: "\nNobody listens on it: saslauthd is not running, or was killed."
        case EACCES: "\nOnly root and the account that started saslauthd may ask."
        default: ""
        }
    }
}
