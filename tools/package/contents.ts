/** What the tarball may hold and what its description may say. */

/** The part of package.json that is checked. */
export interface Description {
  readonly name?: string;
  readonly version?: string;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

const required = [
  "package.json",
  "README.md",
  "LICENSE",
  "dist/ipc.cjs",
  "dist/ipc.command.cjs",
  "dist/ipc.licenses.txt",
  "dist/src/index.js",
  "dist/src/index.d.ts",
];

const forbidden: readonly (readonly [RegExp, string])[] = [
  [/(^|\/)binding\.gyp$/, "would be compiled at install"],
  [/\.test\./, "is a test"],
  [/^dist\/src\/cli\//, "is a source of the command, which is bundled"],
  [/^(src|tests|tools|bench|native|examples)\//, "is a source"],
  [/\.tsbuildinfo$/, "is a record of the compiler"],
];

/** What is wrong with the list of the tarball's files. */
export function objectionsToFiles(files: readonly string[]): string[] {
  const missing = required.filter((file) => !files.includes(file));
  const unwanted = files.flatMap((file) =>
    forbidden.filter(([pattern]) => pattern.test(file)).map(([, why]) => `${file} ${why}`),
  );
  const addon = files.some((file) => /^prebuilds\/linux-[^/]+\/linux-ipc\.node$/.test(file));
  return [
    ...missing.map((file) => `${file} is missing`),
    ...(addon ? [] : ["no addon is in prebuilds/"]),
    ...unwanted,
  ];
}

const installScripts = ["preinstall", "install", "postinstall"];

const dependencyFields = [
  "dependencies",
  "optionalDependencies",
  "peerDependencies",
  "bundledDependencies",
];

/** What is wrong with package.json. */
export function objectionsToDescription(description: Description): string[] {
  const scripts = installScripts.filter((name) => name in (description.scripts ?? {}));
  const dependencies = dependencyFields.flatMap((field) =>
    Object.keys(description[field] ?? {}).map((name) => `${field} holds ${name}`),
  );
  return [...scripts.map((name) => `has the script ${name}`), ...dependencies];
}
