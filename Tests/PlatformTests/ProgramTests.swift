import Glibc
import Testing

@testable import Platform

@Suite struct ProgramTests {
    /// What a program writes to its standard output, started as `account`.
    static func output(_ path: String, _ arguments: String..., account: Account? = nil) throws -> String {
        let pipe = try Pipe()
        let null = try OwnedDescriptor.open("/dev/null", O_RDWR)
        let program = Program(path: path, arguments: [path] + arguments, environment: ["A=b"], account: account)
        let pid = try program.start(descriptors: [null.rawValue, pipe.writer.rawValue, null.rawValue])
        let bytes = try pipe.intoReader().readAll(limit: 10_000)
        var status: CInt = 0
        unsafe waitpid(pid, &status, 0)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func `a program gets the descriptors it was given and no others`() throws {
        let keeper = try OwnedDescriptor.open("/dev/null", O_RDONLY)
        // Number 3 is the folder that ls reads.
        #expect(try Self.output("/bin/ls", "/proc/self/fd") == "0\n1\n2\n3\n")
        _ = keeper.rawValue
    }

    @Test func `a program gets the environment it was given, and a session of its own`() throws {
        #expect(try Self.output("/usr/bin/env") == "A=b\n")
        #expect(try Self.output("/bin/sh", "-c", "test $(cut -d' ' -f6 /proc/$$/stat) = $$ && echo own") == "own\n")
    }

    @Test func `what announces a program comes before all that it writes, with its process id`() throws {
        for _ in 0..<20 {
            let pair = try SocketPair()
            let null = try OwnedDescriptor.open("/dev/null", O_RDWR)
            let far = pair.far.rawValue
            let pid = try Program(path: "/bin/echo", arguments: ["echo", "-n", "x"], environment: []).start(
                descriptors: [far, far, null.rawValue],
                announcement: Program.Announcement([7, 0, 0, 0, 0, 8], processPlace: 1)
            )
            let bytes = try pair.intoNear().readAll(limit: 7)
            var status: CInt = 0
            unsafe waitpid(pid, &status, 0)
            let number = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: pid >> $0) }
            #expect(bytes == [7] + number + [8, UInt8(ascii: "x")])
        }
    }

    @Test func `a program whose announcement nobody takes is not started`() throws {
        let pair = try SocketPair()
        let number = pair.near.rawValue
        let far = try OwnedDescriptor.copy(of: pair.far.rawValue)
        shutdown(number, CInt(SHUT_RDWR))
        let error = #expect(throws: SystemError.self) {
            _ = try Program(path: "/bin/echo", arguments: ["echo"], environment: []).start(
                descriptors: [far.rawValue, far.rawValue],
                announcement: Program.Announcement([0, 0, 0, 0], processPlace: 0)
            )
        }
        #expect(error?.number == EPIPE)
    }

    @Test func `a program that is not there is an error with its reason`() {
        let error = #expect(throws: SystemError.self) {
            _ = try Program(path: "/nonexistent", arguments: ["x"], environment: []).start(descriptors: [])
        }
        #expect(error?.description == "start /nonexistent: No such file or directory")
    }

    @Test(.enabled(if: geteuid() == 0, "needs root"))
    func `a program can be another account's from its first instruction on`() throws {
        let nobody = try #require(try Account(named: "nobody"))
        let lines = try Self.output("/bin/cat", "/proc/self/status", account: nobody)
        #expect(lines.contains("Uid:\t\(nobody.uid)\t\(nobody.uid)\t\(nobody.uid)\t\(nobody.uid)\n"))
        #expect(lines.contains("Gid:\t\(nobody.gid)\t\(nobody.gid)\t\(nobody.gid)\t\(nobody.gid)\n"))
        #expect(lines.contains("CapPrm:\t0000000000000000\n"))
        #expect(lines.contains("NoNewPrivs:\t1\n"))
        #expect(!lines.contains("Groups:\t0"))
    }
}
