module.exports = { client: "pg", migrations: { directory: ["./base", "./more"], sortDirsSeparately: true } };
