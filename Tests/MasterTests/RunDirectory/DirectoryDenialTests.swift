import Foundation
import Platform
import Testing

@testable import Master

@Suite struct DirectoryDenialTests {
    private static let directory = FileStatus(kind: .directory, permissions: 0o710, owner: 0, group: 0)

    private static func lines(
        _ place: String,
        _ status: FileStatus = directory,
        uid: uid_t = 1,
        isOverriding: Bool = false
    ) -> [String] {
        DirectoryDenial.lines("/run/saslauthd", place, status, uid: uid, isOverriding: isOverriding)
    }

    @Test func `owner, group, mode and the account that has tried are named`() {
        #expect(
            Self.lines("/run/saslauthd")[0]
                == "/run/saslauthd belongs to root:root with mode 0710, and account daemon may not write to it"
        )
        #expect(Self.lines("/run")[0].hasSuffix("account daemon may not enter it"))
        #expect(Self.lines("/run/saslauthd")[1].contains("make daemon the owner"))
    }

    @Test func `root is refused only for want of a capability`() {
        #expect(Self.lines("/run/saslauthd", uid: 0)[0].contains("account root, without CAP_DAC_OVERRIDE, may not"))
        #expect(!Self.lines("/run/saslauthd", uid: 0, isOverriding: true)[0].contains("CAP_"))
    }

    @Test func `a file of another account in the directory is named itself`() {
        let file = FileStatus(kind: .regular, permissions: 0o600, owner: 0, group: 0)
        let lines = Self.lines("/run/saslauthd/saslauthd.pid", file)
        #expect(lines[0].hasPrefix("/run/saslauthd/saslauthd.pid belongs to root:root with mode 0600"))
        #expect(lines[1].hasPrefix("Remove it if no other saslauthd is running"))
    }

    @Test func `a read-only file system is named, and other errors are left to others`() {
        let readOnly = DirectoryDenial.lines("/run/x", SystemError("open", on: "/run/x/mux", number: EROFS))
        #expect(readOnly?.first == "/run/x is on a read-only file system")
        #expect(DirectoryDenial.lines("/run/x", SystemError("open", on: "/run/x/mux", number: EMFILE)) == nil)
    }
}
