/** The recipe for Neovim, in a Neovim without a screen. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isInstalled, recipe, runIn, workplace } from './setup.js';

const document = readFileSync(new URL('../../docs/editors.md', import.meta.url), 'utf8');

describe.skipIf(!isInstalled('nvim'))('Neovim', () => {
  it('shows diagnostics, hovers, completes and formats', async () => {
    const place = workplace();
    try {
      writeFileSync(
        join(place.folder, 'test.lua'),
        `${recipe(document, 'lua')}
local function ask(method, params)
  local answers = vim.lsp.buf_request_sync(0, method, params, 20000) or {}
  for _, answer in pairs(answers) do return answer.result end
end
local ok, problem = pcall(function()
  vim.cmd('edit model.ae')
  vim.wait(20000, function() return #vim.diagnostic.get(0) > 0 end)
  local found = vim.diagnostic.get(0)[1]
  print('DIAGNOSTIC ' .. tostring(found.code) .. ' ' .. found.lnum .. ':' .. found.col)
  local function at(line, character)
    return { textDocument = vim.lsp.util.make_text_document_params(), position = { line = line, character = character } }
  end
  print('HOVER ' .. ask('textDocument/hover', at(2, 20)).contents.value:sub(1, 10))
  local labels = {}
  for _, item in ipairs(ask('textDocument/completion', at(3, 15))) do labels[item.label] = true end
  print('COMPLETES ' .. tostring(labels['dense']))
  vim.api.nvim_buf_set_lines(0, 3, 4, false, { '  decoder {   dense(784, sigmoid) }' })
  vim.wait(20000, function() return #vim.diagnostic.get(0) == 0 end)
  print('LEFT ' .. #vim.diagnostic.get(0))
  local edits = ask('textDocument/formatting', { textDocument = vim.lsp.util.make_text_document_params(), options = { tabSize = 2, insertSpaces = true } })
  vim.lsp.util.apply_text_edits(edits, 0, 'utf-16')
  print('FORMATTED ' .. vim.api.nvim_buf_get_lines(0, 3, 4, false)[1])
end)
if not ok then print('FAILED ' .. tostring(problem)) end
vim.cmd('qa!')
`,
      );
      const out = await runIn(place, 'nvim', [
        '--headless',
        '-u',
        'NONE',
        '-i',
        'NONE',
        '-n',
        '-c',
        'luafile test.lua',
      ]);
      expect(
        out
          .replaceAll('\r', '')
          .split('\n')
          .filter((line) => /^[A-Z]+ /.test(line)),
      ).toEqual([
        'DIAGNOSTIC AE2002 3:12',
        'HOVER 784 → 32',
        'COMPLETES true',
        'LEFT 0',
        'FORMATTED   decoder { dense(784, sigmoid) }',
      ]);
    } finally {
      place.remove();
    }
  });
});
