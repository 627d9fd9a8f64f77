import { checkFile, expectationsIn, filesIn, heardOf, saidBy, shown } from '../test/corpus/reading.ts';
const only = process.argv.slice(2).filter((a) => !a.startsWith('-'));
const full = process.argv.includes('-f');
for (const one of [...filesIn('good'), ...filesIn('bad')]) {
  if (only.length > 0 && !only.some((o) => one.name.includes(o))) continue;
  const checked = checkFile(one);
  const unexpected = [...heardOf(checked)];
  const unmet = [...checked.files.values()].flatMap((f) => expectationsIn(f.file, f.text)).filter(({ file, line, code, title }) => {
    const i = unexpected.findIndex((u) => { const s = saidBy(u, checked); return s.code === code && s.title.includes(title) && s.file === file && s.line === line; });
    if (i >= 0) unexpected.splice(i, 1);
    return i < 0;
  });
  if (unmet.length + unexpected.length === 0) continue;
  console.log(`\n=== ${one.name}`);
  for (const u of unmet) console.log(`- ${u.file === one.name ? '' : u.file + ':'}${u.line} ${u.code} ${u.title}     | ${one.text.split('\n')[u.line - 1]!.replace(/\/\/~.*/, '').trim()}`);
  if (full) for (const s of shown(unexpected, checked)) console.log(s);
  else for (const u of unexpected) { const s = saidBy(u, checked); console.log(`+ ${s.file === one.name ? '' : s.file + ':'}${s.line} ${s.code} ${s.title}     | ${(one.text.split('\n')[s.line - 1] ?? '').replace(/\/\/~.*/, '').trim()}`); }
}
