import ArgumentParser
import Authentication
import Glibc
import Platform

/// One question to a saslauthd, and its answer on standard output.
struct Question {
    /// What saslauthd could not do.
    private static let exitRefused: Int32 = 1
    /// Nobody answers.
    private static let exitUnreachable: Int32 = 2
    /// How long an answer may take, in milliseconds: a reload waits for a worker's start, up to a minute.
    private static let patience: Int32 = 90_000
    /// The longest answer, in bytes.
    private static let longestAnswer = 1 << 24
    /// How often it is asked: a frontend that is being replaced closes the connection, and the next one answers.
    private static let tries = 3

    private let words: String
    private let socket: String

    init(_ words: String, _ target: ControlCommand.Target) {
        self.words = words
        socket = "\(target.directory)/control"
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
        guard !answer.isEmpty else {
            complain("the saslauthd at \(socket) has ended, or does not answer; see its log")
            throw ExitCode(Self.exitUnreachable)
        }
        let first = answer.prefix { $0 != "\n" }
        guard first == "ok" else {
            complain("\(first.hasPrefix("error ") ? first.dropFirst(6) : first)")
            throw ExitCode(Self.exitRefused)
        }
        StandardStream.output.write(String(answer.dropFirst(first.count + 1)))
    }

    private func exchange() throws(SystemError) -> String {
        let connection = try UnixSocket.connect(to: socket)
        try connection.writeAll(Array("\(words)\n".utf8).span)
        var bytes: [UInt8] = []
        while try !waitForInput(on: [connection.rawValue], milliseconds: Self.patience).isEmpty {
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
