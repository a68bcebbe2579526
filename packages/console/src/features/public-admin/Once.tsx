import { Alert, Typography } from 'antd'
import { useTranslation } from 'react-i18next'

/** A secret, shown this once, to be copied before the box is closed. */
export function Once({ title, secret, onClose }: { title: string; secret: string; onClose: () => void }) {
  const { t } = useTranslation()
  return (
    <Alert
      type="success"
      className="once"
      title={title}
      description={
        <Typography.Text code copyable={{ text: secret, tooltips: [t('token.copy'), t('token.copied')] }}>
          {secret}
        </Typography.Text>
      }
      closable={{ 'aria-label': t('pub.once.close') }}
      onClose={onClose}
    />
  )
}

/** An address of ours that the other side has to be given. */
export function Address({ path }: { path: string }) {
  const { t } = useTranslation()
  const url = `${location.origin}${path}`
  return (
    <Typography.Text code className="address" copyable={{ text: url, tooltips: [t('token.copy'), t('token.copied')] }}>
      {url}
    </Typography.Text>
  )
}
