// swift-tools-version: 6.2
// Copyright the swift-saslauthd authors. SPDX-License-Identifier: Apache-2.0

import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableExperimentalFeature("Lifetimes"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let heap = Target.Dependency.product(name: "HeapModule", package: "swift-collections")
let histogram = Target.Dependency.product(name: "Histogram", package: "hdrhistogram-swift")

/// Whether libFuzzer runs the targets of `Tests/Fuzz`, for `make fuzz`; otherwise a test replays their seeds.
let isFuzzing = Context.environment["FUZZ"] != nil

/// A library of this package; its sources are in `Sources/NAME` unless `path` says otherwise.
func library(_ name: String, path: String? = nil, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, path: path, swiftSettings: strict)
}

/// A program of this package; its sources are in `Sources/NAME` unless `path` says otherwise.
func program(_ name: String, path: String? = nil, _ dependencies: [Target.Dependency]) -> Target {
    // An executable cannot import another one.
    guard isFuzzing, fuzzDependencies.contains(name) else {
        return .executableTarget(name: name, dependencies: dependencies, path: path, swiftSettings: strict)
    }
    return .target(name: name, dependencies: dependencies, path: path, exclude: ["main.swift"], swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// The targets whose parsers are fuzzed.
let fuzzDependencies = [
    "Authentication", "CommandLine", "Digests", "DovecotProtocol", "JSON", "MailLogin", "MechanismKit", "MuxProtocol",
    "PasswordHash", "Platform", "ProcessProtocol", "SASLDB", "SASLExchange", "saslauthd-ldap", "saslauthd-mysql",
]

/// The program that `Tests/Fuzz/run` runs, or the test.
func fuzz() -> Target {
    let dependencies = fuzzDependencies.map { Target.Dependency(stringLiteral: $0) }
    let others = ["corpora", "dictionaries", "differential", "run"]
    guard isFuzzing else {
        return .testTarget(
            name: "FuzzTests",
            dependencies: dependencies + ["TestSupport"],
            path: "Tests/Fuzz",
            exclude: others + ["LibFuzzer.swift"],
            swiftSettings: strict
        )
    }
    let sanitizers = ["-sanitize=fuzzer,address", "-use-ld=lld"]
    return .executableTarget(
        name: "fuzz",
        dependencies: dependencies,
        path: "Tests/Fuzz",
        exclude: others + ["FuzzTests.swift"],
        swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])],
        linkerSettings: [.unsafeFlags(sanitizers)]
    )
}

let package = Package(
    name: "swift-saslauthd",
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
    ],
    targets: [
        // Programs.
        program("saslauthd", ["Master"]),
        program("saslauthd-frontend", ["Frontend"]),
        program(
            "saslauthd-sasldb",
            path: "Sources/Mechanisms/sasldb",
            ["Authentication", "Digests", "MechanismKit", "Platform", "SASLDB"]
        ),
        program(
            "saslauthd-pam",
            path: "Sources/Mechanisms/pam",
            ["Authentication", "CPAM", "MechanismKit", "Platform", "SystemAccounts"]
        ),
        program(
            "saslauthd-mysql",
            path: "Sources/Mechanisms/mysql",
            ["Authentication", "CMariaDB", "Digests", "MechanismKit", "PasswordHash", "Platform"]
        ),
        program(
            "saslauthd-ldap",
            path: "Sources/Mechanisms/ldap",
            ["Authentication", "CLDAP", "EventLoop", "MechanismKit", "PasswordHash", "Platform", deque]
        ),
        program(
            "saslauthd-shadow",
            path: "Sources/Mechanisms/shadow",
            ["Authentication", "MechanismKit", "Platform", "SystemAccounts"]
        ),
        program(
            "saslauthd-getpwent",
            path: "Sources/Mechanisms/getpwent",
            ["Authentication", "MechanismKit", "Platform", "SystemAccounts"]
        ),
        program("saslauthd-rimap", path: "Sources/Mechanisms/rimap", ["Authentication", "MailLogin"]),
        program("saslauthd-pop3", path: "Sources/Mechanisms/pop3", ["Authentication", "MailLogin"]),
        program(
            "testsaslauthd",
            [
                "Authentication", "DovecotProtocol", "MuxProtocol", "Platform", "Prompt", "SASLExchange",
                argumentParser, deque, histogram,
            ]
        ),
        program("saslauthctl", ["Authentication", "JSON", "Platform", "ProcessProtocol", argumentParser]),
        program("saslpasswd2", ["Authentication", "CommandLine", "Platform", "SASLDB", argumentParser]),
        program("sasldblistusers2", ["CommandLine", "Platform", "SASLDB", argumentParser]),

        // Assembly.
        library(
            "Master",
            [
                "Authentication", "CommandLine", "Platform", "ProcessProtocol", "Prompt", "SystemLog", logging,
            ]
        ),
        library(
            "Frontend",
            [
                "Authentication", "CommandLine", "Digests", "DovecotProtocol", "EventLoop", "Folding", "JSON",
                "MuxProtocol", "Platform",
                "ProcessProtocol", "SASLExchange", "SystemLog",
                deque, heap, histogram, logging,
            ]
        ),
        library("MechanismKit", ["Authentication", "EventLoop", "Platform", "ProcessProtocol"]),
        library(
            "MailLogin",
            path: "Sources/Mechanisms/mail",
            ["Authentication", "CCurl", "Digests", "EventLoop", "MechanismKit", "Platform", deque]
        ),

        // Parts.
        library("MuxProtocol", ["Authentication"]),
        library("DovecotProtocol", ["Authentication", "Digests", "Platform"]),
        library("SASLExchange", ["Authentication", "Digests", "Folding"]),
        library("ProcessProtocol", ["Authentication"]),
        library("SASLDB", ["Authentication", "CBerkeleyDB", "Platform"]),
        library("SystemAccounts", ["Authentication", "CShadow", "Crypt", "Digests", "Platform"]),
        library("Crypt", ["Authentication", "CCrypt", "Digests"]),
        library("Digests", ["Authentication", "CCrypto"]),
        library("Folding", ["Authentication", "CUTF8Proc"]),
        library("PasswordHash", ["Authentication", "CArgon2", "Crypt", "Digests"]),
        library("SystemLog", ["Authentication", "JSON", "Platform", logging]),
        library("CommandLine", ["Authentication", "Platform"]),
        library("Prompt", ["Authentication", "Platform"]),
        library("JSON"),

        // Ground.
        library("Authentication"),
        library("EventLoop", ["Authentication", "CPlatform", "Platform", heap]),
        library("Platform", ["CPlatform"]),

        // C.
        .target(name: "CPlatform", path: "Sources/C/CPlatform", cSettings: [.define("_GNU_SOURCE")]),
        .systemLibrary(name: "CArgon2", path: "Sources/C/CArgon2", providers: [.apt(["libargon2-dev"])]),
        .systemLibrary(name: "CBerkeleyDB", path: "Sources/C/CBerkeleyDB", providers: [.apt(["libdb5.3-dev"])]),
        .systemLibrary(name: "CCrypt", path: "Sources/C/CCrypt", providers: [.apt(["libcrypt-dev"])]),
        .systemLibrary(name: "CLDAP", path: "Sources/C/CLDAP", providers: [.apt(["libldap-dev", "libsasl2-dev"])]),
        .systemLibrary(name: "CMariaDB", path: "Sources/C/CMariaDB", providers: [.apt(["libmariadb-dev"])]),
        .systemLibrary(name: "CPAM", path: "Sources/C/CPAM", providers: [.apt(["libpam0g-dev"])]),
        .systemLibrary(name: "CShadow", path: "Sources/C/CShadow"),
        .systemLibrary(name: "CCurl", path: "Sources/C/CCurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CUTF8Proc", path: "Sources/C/CUTF8Proc", providers: [.apt(["libutf8proc-dev"])]),
        .systemLibrary(name: "CCrypto", path: "Sources/C/CCrypto", providers: [.apt(["libssl-dev"])]),

        // Tests.
        tests("AuthenticationTests", ["Authentication", "TestSupport"]),
        tests("MuxProtocolTests", ["Authentication", "MuxProtocol"]),
        tests("DovecotProtocolTests", ["Authentication", "DovecotProtocol", "Platform", "TestSupport"]),
        tests("SASLExchangeTests", ["Authentication", "Digests", "Folding", "SASLExchange", "TestSupport"]),
        tests("ProcessProtocolTests", ["Authentication", "ProcessProtocol"]),
        tests("PlatformTests", ["Platform", "TestSupport"]),
        tests("EventLoopTests", ["EventLoop", "Platform"]),
        tests("FoldingTests", ["Authentication", "Folding"]),
        tests("JSONTests", ["JSON"]),
        .testTarget(
            name: "CommandLineTests",
            dependencies: ["Authentication", "CommandLine", "TestSupport"],
            exclude: ["complete.zsh"],
            swiftSettings: strict
        ),
        .target(
            name: "TestSupport",
            dependencies: ["Platform"],
            path: "Tests/Support",
            exclude: [
                "ask-mechanism", "debian-system", "directory", "frontend-hostile", "ldap-server", "mail-server",
                "mysql-server", "pam_trial.c",
                "private-system",
                "saslauthd-scripted",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ConformanceTests",
            dependencies: ["Authentication", "Digests", "Platform", "ProcessProtocol", "TestSupport"],
            exclude: ["accounts.sh", "activate.py", "restart.py", "scram.py", "top.py"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "IntegrationTests",
            dependencies: ["Authentication", "Folding", "HashVectors", "PasswordHash", "TestSupport"],
            exclude: [
                "alerts.yml", "await.sh", "dashboard.py", "directories.sh", "dovecot-clients.sh", "dovecot-start.sh",
                "dovecot.py", "exim-dovecot.sh", "exim-ldap.sh", "exim-start.sh", "exim.sh", "faultbed.py", "faults.py",
                "init-script.sh",
                "mariadb.sh", "package.sh", "pam-mysql.sh", "pam-stacks.sh", "pass-through.sh", "postfix-client.sh",
                "postfix-dovecot-start.sh", "postfix-dovecot.sh", "postfix-ldap.sh", "postfix-mysql.sh",
                "postfix-scram.sh", "postfix-start.sh", "postfix.sh", "presets", "prosody.sh",
                "proxies.sh", "recipe",
                "recipe-system.sh", "rimap.sh", "sendmail.sh", "slapd-ldap.sh",
                "smtp-session.py", "spellings.sh", "supervisor.sh", "units.sh", "watchers.sh", "xmpp-login.py",
            ],
            swiftSettings: strict
        ),
        tests("DigestsTests", ["Authentication", "Digests"]),
        tests("CryptTests", ["Authentication", "Crypt", "Digests"]),
        .target(name: "HashVectors", dependencies: ["PasswordHash"], path: "Tests/HashVectors", swiftSettings: strict),
        tests("PasswordHashTests", ["Authentication", "Digests", "HashVectors", "PasswordHash", "TestSupport"]),
        tests("SystemAccountsTests", ["Authentication", "SystemAccounts", "TestSupport"]),
        tests(
            "MySQLMechanismTests",
            ["Authentication", "MechanismKit", "PasswordHash", "TestSupport", "saslauthd-mysql"]
        ),
        tests("PAMMechanismTests", ["Authentication", "MechanismKit", "TestSupport", "saslauthd-pam"]),
        tests(
            "MechanismKitTests",
            ["Authentication", "EventLoop", "MechanismKit", "Platform", "ProcessProtocol", "TestSupport"]
        ),
        tests("MailLoginTests", ["Authentication", "EventLoop", "MailLogin", "MechanismKit", "Platform"]),
        tests(
            "LDAPMechanismTests",
            ["Authentication", "MechanismKit", "PasswordHash", "Platform", "TestSupport", "saslauthd-ldap"]
        ),
        tests(
            "MasterTests",
            ["Authentication", "CommandLine", "Master", "Platform", "ProcessProtocol", "TestSupport"]
        ),
        tests("SystemLogTests", ["Platform", "SystemLog", "TestSupport", logging]),
        tests(
            "FrontendTests",
            [
                "Authentication", "CommandLine", "Digests", "DovecotProtocol", "Folding", "Frontend", "MuxProtocol",
                "Platform",
                "TestSupport",
                logging,
            ]
        ),
        tests(
            "SASLDBTests",
            ["Authentication", "Platform", "SASLDB", "TestSupport", "saslpasswd2", "sasldblistusers2"]
        ),
        tests(
            "SASLDBMechanismTests",
            [
                "Authentication", "Digests", "MechanismKit", "ProcessProtocol", "SASLDB", "TestSupport",
                "saslauthd-sasldb",
            ]
        ),
        tests(
            "saslpasswd2Tests",
            ["Authentication", "CTestSupport", "Platform", "SASLDB", "TestSupport", "saslpasswd2"]
        ),
        tests("saslauthctlTests", ["JSON", "Platform", "saslauthctl"]),
        tests("sasldblistusers2Tests", ["SASLDB", "TestSupport", "sasldblistusers2"]),
        .target(name: "CTestSupport", path: "Tests/CSupport", cSettings: [.define("_GNU_SOURCE")]),
        tests(
            "testsaslauthdTests",
            ["Authentication", "Digests", "DovecotProtocol", "Platform", "SASLExchange", "testsaslauthd"]
        ),
        fuzz(),
    ],
    swiftLanguageModes: [.v6]
)
