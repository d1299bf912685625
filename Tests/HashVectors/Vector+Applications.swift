internal import PasswordHash

extension Vector {
    /// Hashes of MySQL, phpass, Drupal and Joomla.
    package static let applications: [Vector] = [
        Vector(.passlib, .secret, .phpass, "$P$6cu7W/ECSInO.M0WqbiHb1eesmqEzY0"),
        Vector(.passlib, .utf8, .phpass, "$P$6tNqnD8tMpcL8qM1kiBe8C0hko6AZt1"),
        Vector(.passlib, .bytes, .phpass, "$P$6NKRZlK90GbYrVMinRGBabHLRJodz90"),
        Vector(.passlib, .secret, .phpass, "$H$9l4RWvwi/lmH.GeG0V6QtTgEwoNqdB."),
        Vector(.passlib, .secret, .mysql, "*14E65567ABDB5135D0CFD9A70B3032C179A49EE7"),
        Vector(.passlib, .secret, .mysqlOld, "428567f408994404", configured: .mysqlOld),
        Vector(.passlib, .utf8, .mysqlOld, "1f9f1d56370bfc46", configured: .mysqlOld),
        Vector(.passlib, .bytes, .mysqlOld, "28b6f6d346559096", configured: .mysqlOld),
        Vector(
            .hashlib,
            .secret,
            .joomla,
            "{SHA256}c3d56d9e9b97bea3b04f801506c73cd7cb66330e22fdc8648719d57887bec807:q7Tn0XhDnz9WlLmF"
        ),
        Vector(.hashlib, .utf8, .joomla, "9f53d3c9001940a30cdd7f2dbb2c3b7b:q7Tn0XhDnz9WlLmF", configured: .joomla),
        Vector(.mariadb, .secret, .mysql, "*14E65567ABDB5135D0CFD9A70B3032C179A49EE7"),
        Vector(.mariadb, .utf8, .mysql, "*71269C2785917B4B0CA5C1C4FC5F2FC702222DB1"),
        Vector(.mariadb, .bytes, .mysql, "*980A64219E72AC0E9EFC92758FE7806781828D55"),
        Vector(.mariadb, .secret, .mysql, "*14e65567abdb5135d0cfd9a70b3032c179a49ee7", configured: .mysql),
        Vector(.mariadb, .secret, .mysqlOld, "428567f408994404", configured: .mysqlOld),
        Vector(.mariadb, .utf8, .mysqlOld, "1f9f1d56370bfc46", configured: .mysqlOld),
        Vector(.mariadb, .bytes, .mysqlOld, "28b6f6d346559096", configured: .mysqlOld),
        Vector(
            .pamMySQL,
            .secret,
            .phpass,
            "$S$DabcdefgHfXMbf9OyFMSVcS/N49jwADQzIK0dANyHgtR3O0rUTzK",
            configured: .phpass
        ),
        Vector(.pamMySQL, .secret, .phpass, "$P$BabcdefgHbgw1burx8JUOwSRIbvbtf1"),
        Vector(.pamMySQL, .secret, .phpass, "$H$9abcdefgHZ717oGnS7zFs2Sl6sdMWz."),
        Vector(.pamMySQL, .secret, .phpass, "U$S$DabcdefgHraiMYlitoy5QIKfKKJFWTG39ZfB8wI/DQRiTFLXLsq9"),
        Vector(.pamMySQL, .test12345, .phpass, "$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0"),
        Vector(
            .pamMySQL,
            .secret,
            .joomla,
            "d9e25ff21f0f85fd64079ed35f5fa18c:abcdefghijklmnopqrstuvwxyz012345",
            configured: .joomla
        ),
    ]
}
