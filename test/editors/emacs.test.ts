/** The recipe for Emacs, with eglot, in an Emacs without a screen. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { recipe, runIn, workplace } from './setup.js';

const document = readFileSync(new URL('../../docs/editors.md', import.meta.url), 'utf8');
const load = ['--batch', '--eval', "(progn (require 'package) (package-activate-all) (require 'eglot))"];
const hasEglot = spawnSync('emacs', load).status === 0;

describe.skipIf(!hasEglot)('Emacs', () => {
  it('shows diagnostics, and formats', async () => {
    const place = workplace();
    try {
      writeFileSync(
        join(place.folder, 'test.el'),
        `(setq eglot-sync-connect 20 eglot-autoshutdown nil)
${recipe(document, 'elisp')}
(remove-hook 'ae-mode-hook 'eglot-ensure)
(defun wait-for (what) (let ((left 200)) (while (and (> left 0) (not (funcall what))) (accept-process-output nil 0.1) (setq left (1- left)))))
(require 'flymake)
(find-file "model.ae")
(message "MODE %s" major-mode)
(apply #'eglot--connect (eglot--guess-contact))
(flymake-mode 1)
(wait-for (lambda () (flymake-start) (flymake-diagnostics)))
(let ((one (car (flymake-diagnostics)))) (message "DIAGNOSTIC %d %s" (line-number-at-pos (flymake-diagnostic-beg one)) (car (split-string (flymake-diagnostic-text one) "\\n"))))
(goto-char (point-min)) (search-forward "dens(") (replace-match "  dense(")
(eglot-format-buffer)
(goto-char (point-min)) (forward-line 3)
(message "FORMATTED %s" (buffer-substring (line-beginning-position) (line-end-position)))
(set-buffer-modified-p nil)
(kill-emacs 0)
`,
      );
      const out = await runIn(place, 'emacs', [...load, '-l', 'test.el']);
      expect(
        out.split('\n').filter((line) => /^[A-Z]{4,} /.test(line)),
        out,
      ).toEqual([
        'MODE ae-mode',
        expect.stringMatching(/^DIAGNOSTIC 4 .*`dens`/),
        'FORMATTED   decoder { dense(784, sigmoid) }',
      ]);
    } finally {
      place.remove();
    }
  });
});
