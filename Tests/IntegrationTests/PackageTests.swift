import Foundation
import TestSupport
import Testing

private let root = URL(fileURLWithPath: #filePath).appendingPathComponent("../../..").standardized
private let debian = root.appendingPathComponent(".build/debian").path
private let hasDebian = geteuid() == 0 && FileManager.default.fileExists(atPath: debian)

/// The Debian package, made of the programs that the tests are run with.
@Suite(
    .enabled(if: hasDebian, "a Debian to install a package in is made by root: make test-packages"),
    .enabled(if: Sanitizer.current == nil, "no package contains programs with a sanitizer")
)
struct PackageTests {
    let folder: TemporaryFolder
    let package: String

    init() throws {
        folder = try TemporaryFolder()
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let make = [
            "PATH=\(path)", "make", "--directory", root.path, "deb", "BIN=\(Programs.directory)",
            "DEB_DIR=\(folder.url.path)", "DEB_COMPRESSION=gzip",
        ]
        let result = try Command("/usr/bin/env", make).run()
        try #require(result.status == 0, "\(result.complaints)")
        package = try #require(result.output.split(separator: "\n").last { $0.hasSuffix(".deb") }.map(String.init))
    }

    @Test
    func `a package is installed without Swift, takes sasl2-bin's place and gives it back, and is gone when purged`()
        throws
    {
        // Whoever makes a package for himself has an address of his own.
        let lintian = try Command(
            "/usr/bin/lintian",
            "--fail-on",
            "error",
            "--suppress-tags",
            "bogus-mail-host,bogus-mail-host-in-debian-changelog",
            package
        ).run()
        #expect(lintian.status == 0, "\(lintian.output)")

        let contents = try Command("/usr/bin/dpkg-deb", "--contents", package).run().output
        for file in ["prometheus/saslauthd.rules.yml", "prometheus/saslauthd-dashboard.json"] {
            #expect(contents.contains("/usr/share/doc/saslauthd/\(file)\n"), "for those who watch it")
        }

        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let scripts = ["package.sh", "await.sh"].map { tests.appendingPathComponent($0).path }
        try Command("/bin/cp", scripts + [folder.url.path]).run()
        let system = tests.appendingPathComponent("../Support/debian-system").standardized.path
        let name = URL(fileURLWithPath: package).lastPathComponent
        let steps = [system, debian, folder.url.path, "sh", "/mnt/package.sh", "/mnt/\(name)"]
        let result = try Command("/bin/sh", steps).run()
        let expected = """
            saslauthd answers on /var/run/saslauthd/mux
            right: 0
            wrong: 1
            root sasl 710 /var/run/saslauthd/
            root saslauth 640 /etc/default/saslauthd
            saslauth
            saslauthd is running.
            reloaded: the same process
            restarted: another process
            installed again: another process
            right: 0
            removed:\(" ")
            purged:\(" ")
            over: /usr/sbin/saslauthd saslauthd answers on /var/run/saslauthd/mux
            bob: 0
            back: bob@example.org: userPassword root sasl 710 /var/run/saslauthd # mine
            bob, without what was left of sasl2-bin: 0
            installed:
              start saslauthd.service
              restart saslauthd@postfix.service
            installed again:
              restart saslauthd.service
              restart saslauthd@postfix.service
            installed again, with the socket:
              stop saslauthd.service
              restart saslauthd.socket
              start saslauthd.service
              restart saslauthd@postfix.service
            removed:
              stop saslauthd.socket saslauthd.service saslauthd@postfix.service
            purged: saslauth ls: cannot access '/var/lib/swift-saslauthd': No such file or directory

            """
        #expect(result.output == expected, "\(result.complaints)")
        #expect(result.status == 0)
    }
}
