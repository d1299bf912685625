import Authentication
import DovecotProtocol
import Glibc
import Platform

/// Reads a server's greeting, without a login.
struct DovecotPing {
    let socket: String
    /// The deadline for connecting and the greeting, in seconds.
    let timeLimit: Int
    /// The process that the server is given.
    let process: UInt32

    /// Connects, and returns the greeting.
    func run() throws(Failure) -> ServerGreeting {
        let limit = TimeLimit(seconds: timeLimit)
        let connection = try limit.connect(to: socket)
        do {
            // Newer versions of Dovecot wait for it.
            try connection.writeAll(ClientLogin.greeting(process: process).span)
        } catch {
            throw .requestNotSent
        }
        var reader = ServerMessageReader()
        var greeting = ServerGreeting()
        var buffer = [UInt8](repeating: 0, count: 1024)
        while true {
            // A broken connection counts as closed.
            switch try? connection.receive(into: &buffer) {
            case .bytes(let count):
                if try Self.take(buffer.span.extracting(..<count), &reader, &greeting) { return greeting }
            case .wouldBlock:
                guard limit.awaitsInput(on: connection.rawValue) else {
                    throw .dovecot(.noGreeting(seconds: timeLimit))
                }
            case .ended, nil: throw .dovecot(.greetingCut)
            }
        }
    }

    private static func take(
        _ bytes: Span<UInt8>,
        _ reader: inout ServerMessageReader,
        _ greeting: inout ServerGreeting
    ) throws(Failure) -> Bool {
        var rest = bytes
        do throws(DovecotFailure) {
            while let message = try reader.message(&rest) {
                if try greeting.take(message) { return true }
            }
            return false
        } catch {
            throw .dovecot(error)
        }
    }
}

extension ServerGreeting {
    /// The server's process and mechanisms, in one line; the name of the process is looked up in /proc.
    func line(socket: String) -> String {
        let process = process ?? 0
        let name = Self.name(of: process).map { " (\($0))" } ?? ""
        let version = "\(Greeting.majorVersion).\(minorVersion ?? 0)"
        let names = mechanisms.map(\.description).joined(separator: " ")
        return "process \(process)\(name) answers on \(socket), protocol \(version): \(names)"
    }

    /// The name that a process was called by; `nil` if it cannot be seen.
    private static func name(of process: UInt32) -> String? {
        guard let file = try? OwnedDescriptor.open("/proc/\(process)/cmdline", O_RDONLY),
            let words = try? file.readAll(limit: 4096), let name = words.split(separator: 0).first
        else { return nil }
        return ByteString(Array(name)).description
    }
}
