/** Bundles the extension for VS Code and packs it: `npm run extension` writes `build/aec.vsix`. */
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type BuildOptions } from 'esbuild';
import { zipSync } from 'fflate';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = join(root, 'build/vscode');
const source = join(root, 'lsp/vscode');

const shared: BuildOptions = {
  bundle: true,
  target: 'es2022',
  minify: true,
  keepNames: true,
  external: ['vscode'],
  logLevel: 'warning',
};
const entry = (from: string, to: string, options: BuildOptions): Promise<unknown> =>
  build({ ...shared, ...options, entryPoints: [join(root, 'lsp', from)], outfile: join(out, 'dist', to) });

rmSync(out, { recursive: true, force: true });
mkdirSync(join(out, 'syntaxes'), { recursive: true });
await Promise.all([
  entry('client/extension.ts', 'extension.cjs', { format: 'cjs', platform: 'node' }),
  entry('main.ts', 'server.cjs', { format: 'cjs', platform: 'node' }),
  // Workers of older VS Codes put `.js` behind an entry that ends in anything else.
  entry('client/extension-web.ts', 'extension-web.js', { format: 'cjs', platform: 'browser' }),
  entry('browser.ts', 'server-web.js', { format: 'iife', platform: 'browser' }),
]);
for (const name of [
  'package.json',
  'README.md',
  'icon.png',
  'picture.png',
  'language-configuration.json',
  'syntaxes/ae.tmLanguage.json',
])
  copyFileSync(join(source, name), join(out, name));
for (const name of ['LICENSE', 'CHANGELOG.md']) copyFileSync(join(root, name), join(out, name));

const manifest = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')) as {
  readonly name: string;
  readonly displayName: string;
  readonly description: string;
  readonly version: string;
  readonly publisher: string;
  readonly categories: readonly string[];
  readonly keywords: readonly string[];
  readonly engines: { readonly vscode: string };
};

/** A package of VS Code is a zip with two descriptions in front (Open Packaging Conventions). */
const vsixManifest = `<?xml version="1.0" encoding="utf-8"?>
<PackageManifest Version="2.0.0" xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011">
  <Metadata>
    <Identity Language="en-US" Id="${manifest.name}" Version="${manifest.version}" Publisher="${manifest.publisher}"/>
    <DisplayName>${manifest.displayName}</DisplayName>
    <Description xml:space="preserve">${manifest.description}</Description>
    <Tags>${manifest.keywords.join(',')},__ext_ae</Tags>
    <Categories>${manifest.categories.join(',')}</Categories>
    <Properties>
      <Property Id="Microsoft.VisualStudio.Code.Engine" Value="${manifest.engines.vscode}"/>
      <Property Id="Microsoft.VisualStudio.Code.ExtensionKind" Value="workspace,web"/>
    </Properties>
    <License>extension/LICENSE</License>
    <Icon>extension/icon.png</Icon>
  </Metadata>
  <Installation><InstallationTarget Id="Microsoft.VisualStudio.Code"/></Installation>
  <Dependencies/>
  <Assets>
    <Asset Type="Microsoft.VisualStudio.Code.Manifest" Path="extension/package.json" Addressable="true"/>
    <Asset Type="Microsoft.VisualStudio.Services.Content.Details" Path="extension/README.md" Addressable="true"/>
    <Asset Type="Microsoft.VisualStudio.Services.Content.Changelog" Path="extension/CHANGELOG.md" Addressable="true"/>
    <Asset Type="Microsoft.VisualStudio.Services.Content.License" Path="extension/LICENSE" Addressable="true"/>
    <Asset Type="Microsoft.VisualStudio.Services.Icons.Default" Path="extension/icon.png" Addressable="true"/>
  </Assets>
</PackageManifest>
`;
const types = ['json', 'cjs', 'js', 'md', 'png', 'vsixmanifest'];
const contentTypes = `<?xml version="1.0" encoding="utf-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">${types
  .map((type) => `<Default Extension=".${type}" ContentType="${type === 'png' ? 'image/png' : 'text/plain'}"/>`)
  .join('')}</Types>
`;

const files: Record<string, Uint8Array> = {
  'extension.vsixmanifest': Buffer.from(vsixManifest),
  '[Content_Types].xml': Buffer.from(contentTypes),
};
for (const name of readdirSync(out, { recursive: true, encoding: 'utf8' }).sort())
  if (statSync(join(out, name)).isFile()) files[`extension/${name}`] = readFileSync(join(out, name));
const vsix = zipSync(files, { level: 9 });
writeFileSync(join(root, 'build/aec.vsix'), vsix);
console.log(`build/aec.vsix: ${(vsix.length / 1e6).toFixed(2)} MB`);
