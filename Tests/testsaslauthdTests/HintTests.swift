import Glibc
import Platform
import Testing

@testable import testsaslauthd

@Suite struct HintTests {
    private func hint(_ number: CInt, _ socket: String) -> String? {
        Hint.line(for: .unconnected(SystemError("connect", on: socket, number: number)), socket: socket)
    }

    @Test func `a socket that is missing leads to the daemon and its directory`() {
        #expect(
            hint(ENOENT, "/run/saslauthd/mux")
                == "/run/saslauthd/mux does not exist: is saslauthd running, with -m /run/saslauthd?"
        )
        #expect(
            hint(ENOENT, "/run/x")
                == "/run/x does not exist; the socket is named mux, in the directory of saslauthd's option -m"
        )
    }

    @Test func `what is there and does not listen is named`() throws {
        #expect(hint(ECONNREFUSED, "/etc") == "/etc is a directory: name the socket in it, /etc/mux")
        #expect(hint(ECONNREFUSED, "/etc/passwd") == "/etc/passwd is not a socket")
        let folder = try ScratchFolder()
        _ = try UnixSocket.listen(at: folder.path + "/mux")
        let text = try #require(hint(ECONNREFUSED, folder.path + "/mux"))
        #expect(text == "no process listens on \(folder.path)/mux: saslauthd is not running, or was killed")
    }

    @Test func `the path that denies access is named, and the group with access`() {
        func denied(_ kind: FileStatus.Kind, _ permissions: mode_t, groups: Set<gid_t> = [7]) -> String {
            let status = FileStatus(kind: kind, permissions: permissions, owner: 0, group: 45)
            return Hint.denied("/run/x", status: status, ownGroups: groups) { _ in "sasl" }
        }
        #expect(denied(.directory, 0o710) == "you are not in group sasl, which may enter /run/x")
        #expect(denied(.directory, 0o700) == "only the owner of /run/x may enter it")
        #expect(denied(.directory, 0o710, groups: [7, 45]) == "/run/x: access denied, though group sasl may enter it")
        #expect(denied(.socket, 0o660) == "you are not in group sasl, which may write to /run/x")
    }

    @Test func `a temporary failure is called so`() throws {
        #expect(try #require(Hint.line(for: .tooShort(length: 0), socket: "")).contains("temporary failure"))
        #expect(try #require(Hint.line(for: .noLength, socket: "")).contains("temporary failure"))
        #expect(Hint.line(for: .tooShort(length: 1), socket: "") == nil)
        #expect(Hint.line(for: .textCut, socket: "") == nil)
        #expect(hint(EMFILE, "/mux") == nil)
    }
}
