import { Form, Modal } from 'antd'
import { useTranslation } from 'react-i18next'

export interface FormModalProps<T> {
  title: string
  /** A sentence above the fields. */
  hint?: string
  /** What the button says; to save, when it is not said. */
  ok?: string
  busy: boolean
  initialValues?: Partial<T>
  children: React.ReactNode
  onClose: () => void
  onSend: (values: T) => Promise<unknown>
}

/** A form in a dialog: sent by its button, in the way while it is on its way. */
export function FormModal<T>({ title, hint, ok, busy, initialValues, children, onClose, onSend }: FormModalProps<T>) {
  const { t } = useTranslation()
  const [form] = Form.useForm<T>()
  return (
    <Modal
      open
      title={title}
      onCancel={onClose}
      onOk={() => form.submit()}
      confirmLoading={busy}
      okText={ok ?? t('streams.save')}
      cancelText={t('panel.cancel')}
    >
      {hint ? <p className="form-hint">{hint}</p> : null}
      <Form<T>
        form={form}
        layout="vertical"
        requiredMark={false}
        disabled={busy}
        initialValues={initialValues as never}
        onFinish={(values) => void onSend(values)}
      >
        {children}
      </Form>
    </Modal>
  )
}
