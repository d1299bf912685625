import CommandLine
import Testing

@Suite struct GetoptTests {
    @Test(arguments: [
        (["-cr"], ["-c", "-r"]),
        (["-crn5"], ["-c", "-r", "-n5"]),
        (["-cran", "sasldb"], ["-c", "-r", "-an", "sasldb"]),
        (["-cra", "sasldb", "-cd"], ["-c", "-r", "-a", "sasldb", "-c", "-d"]),
        (["-O", "-cr", "-c"], ["-O", "-cr", "-c"]),
        (["--user", "nobody", "word", "-"], ["--user", "nobody", "word", "-"]),
        (["-c", "--", "-cr"], ["-c", "--", "-cr"]),
        (["-cH"], ["-c", "-H"]),
        (["-n"], ["-n"]),
    ])
    func `clusters are taken apart as getopt does`(given: [String], expected: [String]) {
        #expect(Getopt.splitClusters(given, flags: "cdr", options: "amnO") == expected)
    }
}
