internal import PasswordHash

extension Vector {
    /// Hashes of crypt(3).
    package static let crypt: [Vector] = [
        Vector(.doveadm, .secret, .blowfish, "{CRYPT}$2y$05$hRzogTV/YxynYFqiP394bereuSatSmvhOvzyp3OuRjoEbyCtQCdo2"),
        Vector(.doveadm, .secret, .md5Crypt, "{MD5-CRYPT}$1$WCDt57n7$EK7eQZ9kks5pNAvQ1.jvA/"),
        Vector(
            .doveadm,
            .secret,
            .sha256Crypt,
            "{SHA256-CRYPT}$5$D2MIt014c0P4gJwH$sKJ9I8hBiP6VqZGSb6nP2vnF9j8I/wWkjxty8elr4K7"
        ),
        Vector(
            .doveadm,
            .secret,
            .sha512Crypt,
            "{SHA512-CRYPT}$6$lNTEo8mxlXaXFu6s$EVgCkq9OT5EDfxgeDdqYzvmnRFp/5T9LK8QfkFO1gX1fH5z50RRkm5l1Xu3U0iYZdoLNYOfnmzRzbiLv0N0JV0"
        ),
        Vector(.doveadm, .secret, .blowfish, "{BLF-CRYPT}$2y$05$2VEeC17FJcsrgpcQZCP9SujxZmO9QCEGipy4.omKzFW2tm8VSqLvW"),
        Vector(.doveadm, .secret, .md5Crypt, "{MD5}$1$Ts652MY5$sWzKS7DGkCLkSbR9stUnr0"),
        Vector(
            .doveadm,
            .secret,
            .sha512Crypt,
            "{SHA512-CRYPT.B64}JDYkMGZtTXNaUkF1eHE1QXE1cCQ3TDRWVGw4RzVKVEZoemlGWnFzLnBHN1dVb1p3bGQxUnI2cE9yOWNjam82YTg4dmNINXp3QjFEc1h3eklXMzhVTXY0eHVnU0pzQzFpYTV1dmNyQ2NIMA=="
        ),
        Vector(
            .doveadm,
            .secret,
            .blowfish,
            "{BLF-CRYPT.HEX}243279243035244a6173474732654b4f54656468522e37744a4b39386576586d3542384c77436444326c5948396445523277622e6c4f716333336765"
        ),
        Vector(
            .doveadm,
            .utf8,
            .sha512Crypt,
            "{SHA512-CRYPT}$6$969NViCQtAMDBYV1$bdkazSxkuW9ia54I4M/Ic8YoZ8w3rOs1CFQpmZiHmsmREg42arV27EOYAKQVEWL3NMsau30/OdcxSumM524eT0"
        ),
        Vector(.doveadm, .utf8, .blowfish, "{BLF-CRYPT}$2y$05$cnky9bLvwjq.XWBSs5HXXuL82PoGmmwSnz4Tjouxj5rpORjaW9xAe"),
        Vector(
            .doveadm,
            .bytes,
            .sha256Crypt,
            "{SHA256-CRYPT}$5$V7eKTtPp9d2PzY/C$gsB5Jx6jBHybfqJH.WFlRE.mqefIcaf0Gc9HJr5AAu3"
        ),
        Vector(
            .doveadm,
            .long,
            .sha512Crypt,
            "{SHA512-CRYPT}$6$an9lQqyd0sU7WhY6$9lgUfDoXZ1aWq/ADp0J85kXlM2MHqDAfZEjCEOg2c1PA7uWo54ZH11ReDzI9SvZbW2q4VOlevAiCe8Mgo5jBU."
        ),
        Vector(
            .mkpasswd,
            .secret,
            .yescrypt,
            "$y$j9T$6SYF1wHP5fqZUWZeO3H6n0$RqejiygNt4gzaAJA9TynPBpDPpzcW.QqQk4hVu7LT67"
        ),
        Vector(
            .mkpasswd,
            .secret,
            .gostYescrypt,
            "$gy$j9T$l3SddSd2fojkDpsQ9f44g/$2/dwltgA7L5zmzFmwpEVnENwDBXikRCsvfp1vsV47z5"
        ),
        Vector(
            .mkpasswd,
            .secret,
            .scrypt,
            "$7$CU..../....EoU/Kl7JcH8nWfLpqGeuz1$yVr2KWqT7uNtAaRbUJo6z65kUvttzBThNmcVwxDNu7."
        ),
        Vector(.mkpasswd, .secret, .blowfish, "$2b$05$LRqdAy2N.EAlo8beRI30au5jNDrlIOmftG5QKNJy8RAcA4s5mHPdO"),
        Vector(.mkpasswd, .secret, .blowfish, "$2a$05$foT6pmiuTzDZOxToPjV3Q.7GQYWjtYVR2cr/Cis2wt1YhcZcE2WBe"),
        Vector(
            .mkpasswd,
            .secret,
            .sha512Crypt,
            "$6$bMDcYEaZMASWBS/3$trH8BXLmBn4izTeQTyqUQ0r49PXidaV0eyJbvst2dixA1vDA4qXlHu.sJrWpaxmbNNPCWPOPZ9vqN97VTR3HT."
        ),
        Vector(
            .mkpasswd,
            .secret,
            .sha512Crypt,
            "$6$rounds=10000$ZckYQaNQ0VgHFdjz$JXFIv6qQ/xvYXA4PG.u4AeahypNyrwEpjPfSSfCHMHHp1sMlWsXmmmwFvotIT3g7Vpil3T4GTCggPr3W7U1ee/"
        ),
        Vector(.mkpasswd, .secret, .sha256Crypt, "$5$jdbI7n3G/R2SIroY$VFBy8.SxHUG71GVi67WHHetRqZf.wjXQOlHtxJ5AwZ8"),
        Vector(
            .mkpasswd,
            .secret,
            .sha256Crypt,
            "$5$rounds=1000$xSyUY1Pm5letUqZ0$XBtOqn9DZ3xPn9QpA0/ziWE.BE9qogIhtFWlwE4C3l1"
        ),
        Vector(.mkpasswd, .secret, .sunMD5, "$md5,rounds=71330$.uUV8DJA$$55pEkpNIz/May7YYUWQ3T1"),
        Vector(.mkpasswd, .secret, .md5Crypt, "$1$CmXtXYQw$z8./Bl0JdK4HlzKfaRLhe."),
        Vector(
            .mkpasswd,
            .secret,
            .yescrypt,
            "$y$j75$RVFL8/Qc3Zeku1vtyYcOs1$NseDNmq5Is6ub4A0C7QYfX0dL0beB12xMqMkEEKLTc3"
        ),
        Vector(
            .mkpasswd,
            .secret,
            .yescrypt,
            "$y$jBT$Iqm3pg9z8PDDfItzbOkcu.$5zg9M15YH3Y2Vog.VQCn.i/LMXrA.jDcEFk22p82NmC"
        ),
        Vector(.mkpasswd, .secret, .bsdiCrypt, "_J9..JGsvPZE0jAH7nLI", configured: .bsdiCrypt),
        Vector(.mkpasswd, .secret, .desCrypt, "NGSKLpmFpcczc", configured: .desCrypt),
        Vector(.mkpasswd, .secret, .desCrypt, "qSV5R65Y3r4OA", configured: .crypt),
        Vector(.mkpasswd, .secret, .nt, "$3$$878d8014606cda29677a44efa1353fc7", configured: .nt),
        Vector(
            .mkpasswd,
            .utf8,
            .yescrypt,
            "$y$j9T$FlE1OEt83KzWn61zIiXOT/$v0MFXvrVsdfp9xhKGVVKUfzqoFpEq4Qson17Q5NDW26"
        ),
        Vector(
            .mkpasswd,
            .bytes,
            .yescrypt,
            "$y$j9T$meD3J0ZeCBJy19Iqr9MMj/$JbFpvRHTnnkh5N5XgA67Zy4LBZ92vVNQwgTbMfVJIa8"
        ),
        Vector(.mkpasswd, .bytes, .blowfish, "$2b$05$wnFdiIM8i4yux2aX/P08Hu23cJpxRNASZUIy3vmOz8STNx5VnwL92"),
        Vector(
            .mkpasswd,
            .long,
            .yescrypt,
            "$y$j9T$bE67bSAb2x48yAyvJNDNx/$cKSMHxrJBGhkP1yYcD4W49Y0kcl01UsVrLPPdacTS52"
        ),
        Vector(.openssl, .secret, .md5Crypt, "$1$1PVqHrhi$T6TGfk.s0gVFIQdQkZ3Pv0"),
        Vector(.openssl, .secret, .sha256Crypt, "$5$U3fbTwiIntdr8wTR$nE//FzUPSR68t.VnEvBaOPV9WjVSt9CJK8d.l8CKzQC"),
        Vector(
            .openssl,
            .secret,
            .sha512Crypt,
            "$6$9V0pT4x3/FcjSMAD$YJWX7OKlAHhY8/hPl0HA5tpPSHz0oOPGBudBCmT2VJwMkUW2E5sI8sGGqEBG90ZRnSH2FfAsU5.LnCkpIRVAN0"
        ),
        Vector(
            .openssl,
            .utf8,
            .sha512Crypt,
            "$6$w55sGoouLe407iMk$16OqGBjsWdarcuChD0Qz7ysklSxSOse3GqZMTRCqich6E8zZr7fuM/yRgAxR/7Eqtwy2pKWCG1z.hU7RkqO.00"
        ),
        Vector(.openssl, .bytes, .sha256Crypt, "$5$FXOhMGg0q28NFWY/$30zV1d2NSHUCrsjtdWiPTHGxc299WTidKwkKCxNx1M."),
        Vector(.passlib, .secret, .md5Crypt, "{CRYPT}$1$P8mEm7Hw$/7SnIBw.DDmhbcaa.8E8V1"),
        Vector(
            .passlib,
            .secret,
            .sha512Crypt,
            "{CRYPT}$6$rounds=6000$/SEQFwaJ39ukhj7v$GApRdLzZPUoqvWSVKhfkyqn4tZBjkLXzMYV8qXQJefQ9ox3N9hddWOvJPDzULaltE8e.XcDVUSkD0mtGXVmA2."
        ),
        Vector(.passlib, .secret, .sha1Crypt, "$sha1$1000$lA0m8Kan$TU8mgpHm9iUe4nrogLC1lYJQ6btE"),
        Vector(.passlib, .secret, .sunMD5, "$md5,rounds=100$obnazeuX$$J3WFzTHGFIyZxIEYcUDRu1"),
        Vector(.passlib, .secret, .desCrypt, "{CRYPT}jfa/PwZTI8PiY", configured: .desCrypt),
        Vector(.passlib, .secret, .bsdiCrypt, "{CRYPT}_dD..cfstSA7QavC2kCQ", configured: .bsdiCrypt),
        Vector(.passlib, .secret, .blowfish, "$2a$04$it6tuzHAg2o8pPGtFgqBB..307QzHB1jtfOp/fUSYqEDwiemv68sC"),
        Vector(.mariadb, .secret, .desCrypt, "abNANd1rDfiNc", configured: .crypt),
        Vector(
            .mariadb,
            .secret,
            .sha512Crypt,
            "$6$abcdefgh$ltjgWl6579NluT/Vi1nwEvcil.G5Nbc4NiXZaNGStk8PSwGfQv72N2CKPPrVACtLtip/cZ/1GM/O6IND4WQhG.",
            configured: .crypt
        ),
    ]
}
